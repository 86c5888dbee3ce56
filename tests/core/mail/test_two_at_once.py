"""Two imports of one user at the same time store each mail once, and match all of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.accounts.models import User
from core.accounts.services import register_confirmed_user
from core.jobsearch.models import Application
from core.mail.models import StoredEvent, StoredMessage
from core.mail.origins import FORWARD, OF_A_FILE, MailOrigin
from providers.conformance.mail_writer import Mail
from tenants.context import tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.core.mail.received import receive
from tests.mail.indeed import receipt, refusal

MAILS = [
    mail
    for number in range(40)
    for mail in (receipt(f"Cook {number}", "Acme"), refusal(f"Cook {number}", "Acme"))
]
FORWARDED = MailOrigin(mailbox=FORWARD, reading=OF_A_FILE.reading, proof_needed=False)


@pytest.mark.parametrize("times", range(2))
def test_two_imports_at_once_make_what_one_makes(
    committed_tenant: CreatedTenant, times: int
) -> None:
    with tenant_scope(committed_tenant.ref):
        user = register_confirmed_user(f"twice{times}@jobs.test")
    together = Barrier(2)

    def take_in(mails: list[Mail], origin: MailOrigin) -> None:
        try:
            with tenant_scope(committed_tenant.ref):
                together.wait(timeout=60)
                # Small batches: both of them want to store the same mails, and match at the same time.
                for start in range(0, len(mails), 16):
                    receive(user, *mails[start : start + 16], origin=origin)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        runs = [
            threads.submit(take_in, MAILS, OF_A_FILE),
            threads.submit(take_in, MAILS[::-1], FORWARDED),
        ]
    for run in runs:
        run.result()
    with tenant_scope(committed_tenant.ref):
        assert StoredMessage.objects.filter(user=user).count() == len(MAILS)
        assert StoredEvent.objects.filter(message__user=user).count() == len(MAILS)
        found = Application.objects.filter(user=User.objects.get(id=user.id))
        assert found.count() == 40
        assert all(one.is_rejected for one in found)
