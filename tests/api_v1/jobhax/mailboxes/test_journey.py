"""A user's way with mailboxes, by the API and the jobs: connect, see applications appear, pause, go on, remove."""

from core.accounts.models import User
from core.mail.inbound.incoming import InboundMail
from core.mail.inbound.receiving import receive_mail
from core.mail.sync import sync_mail
from providers.conformance.mail_writer import write_mail
from tenants.context import TenantRef
from tests.api_v1.jobhax.mailboxes.conftest import log_in_of
from tests.clients import JobHaxClient
from tests.core.mail.inbound.test_receiving import at
from tests.core.mail.mailboxes.gmail import proven_mail
from tests.mail.indeed import receipt
from tests.standins.dovecot import Dovecot
from tests.tenants.inbound.serving import taking_mail
from tests.tenants.jobs.queue import jobs_of

USER = "user151"


def deliver(server: Dovecot, title: str) -> None:
    server.deliver(USER, proven_mail(receipt(title, "Acme"), title, receiver="localhost"))


def titles(client: JobHaxClient) -> list[str]:
    return sorted(one["jobTitle"] for one in client.get("jobapps/get_jobapps").data)


def test_applications_appear_by_themselves_and_go_with_their_mailbox(
    head: JobHaxClient, ann: User, acme: TenantRef, server: Dovecot
) -> None:
    mailbox = head.post("mailboxes/add_mailbox", **log_in_of(server, username=USER)).data
    of_mailbox = {"mailbox_id": mailbox["id"]}
    assert [job.task for job in jobs_of(acme)] == ["mail.sync"]
    deliver(server, "Cook")
    sync_mail.run(user_id=ann.id)
    assert titles(head) == ["Cook"]

    head.post("mailboxes/update_mailbox", **of_mailbox, paused=True)
    deliver(server, "Waiter")
    sync_mail.run(user_id=ann.id)
    assert titles(head) == ["Cook"]
    head.post("mailboxes/update_mailbox", **of_mailbox, paused=False)
    sync_mail.run(user_id=ann.id)
    assert titles(head) == ["Cook", "Waiter"]

    with taking_mail():
        address = head.post("mailboxes/add_mailbox", plugin="forward").data["address"]
        receive_mail(at(address), InboundMail(write_mail(receipt("Porter", "Acme"))))
    assert titles(head) == ["Cook", "Porter", "Waiter"]

    head.post("mailboxes/delete_mailbox", **of_mailbox, delete_mail=True)
    assert titles(head) == ["Porter"]
    assert [one["plugin"] for one in head.get("mailboxes/get_mailboxes").data] == ["forward"]
