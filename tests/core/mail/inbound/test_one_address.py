"""A user has one forwarding address, whatever is asked at the same time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from core.accounts.services import register_confirmed_user
from core.mail.inbound.forwarding import connect_forwarding, renew_address, show_address
from core.mail.mailboxes.kinds import MailboxRequest
from core.mail.mailboxes.services import list_mailboxes, store_mailbox
from tenants.context import tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.recruiters import caller_for
from tests.tenants.inbound.serving import give_address, taking_mail

FORWARD = MailboxRequest(plugin="forward")


def test_two_requests_at_once_get_one_address(committed_tenant: CreatedTenant) -> None:
    with tenant_scope(committed_tenant.ref), taking_mail():
        user = register_confirmed_user("forward-twice@jobs.test")
        caller = caller_for(user)
        both_have_one = Barrier(2)

        def ask() -> str:
            try:
                with tenant_scope(committed_tenant.ref):
                    new = connect_forwarding(caller, FORWARD)
                    both_have_one.wait(timeout=60)
                    return show_address(store_mailbox(user.id, "forward", new))
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as threads:
            asked = [threads.submit(ask) for _ in range(2)]
        [kept] = list_mailboxes(user.id)
        assert [one.result() for one in asked] == [show_address(kept)] * 2


def test_an_address_that_is_renewed_meanwhile_stays_unknown(
    committed_tenant: CreatedTenant,
) -> None:
    with tenant_scope(committed_tenant.ref), taking_mail():
        user = register_confirmed_user("forward-renewed@jobs.test")
        mailbox, _ = give_address(user)
        late = connect_forwarding(caller_for(user), FORWARD)
        renewed = show_address(renew_address(user.id, mailbox.id))
        assert show_address(store_mailbox(user.id, "forward", late)) == renewed
        [kept] = list_mailboxes(user.id)
        assert show_address(kept) == renewed
