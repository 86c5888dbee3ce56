"""A full sync of 5,000 messages with a quota and random failures: every application once, for hardly more units."""

from functools import partial

import pytest

from core.jobsearch.models import Application
from core.mail.models import StoredMessage
from providers.contracts import MailboxContext
from tests.core.mail.mailboxes.gmail import GmailUser
from tests.plugins.gmail.mailboxes import Clock

MESSAGES, CLAIMED = 5_000, 250


@pytest.mark.timeout(300)
def test_each_application_exactly_once_and_few_units_more(
    committed_ann: GmailUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = committed_ann
    clock = Clock()
    timed = partial(MailboxContext, now=clock.now, sleep=clock.sleep)
    monkeypatch.setattr("core.mail.mailboxes.opening.MailboxContext", timed)
    gmail = ann.standin.gmail
    gmail.clock = lambda: clock.now().timestamp()
    for number in range(MESSAGES):
        if number % (MESSAGES // CLAIMED) == 0:
            ann.deliver(f"Cook {number}", company=f"Company {number}")
        else:
            ann.deliver_mail(b"From: <mum@home.test>\r\nSubject: %d\r\n\r\nHi.\r\n" % number)
    for message in ann.account.messages.values():
        # Read for the search before it: the stand-in's lock would hold up its other answers.
        assert message.sought
    # Half of what the whole sync takes in a minute.
    gmail.quota, gmail.faults.share = 2_500, 0.05
    outcome = ann.sync()
    # Mails that Gmail failed to give each time come with the next run.
    while StoredMessage.objects.count() < CLAIMED:
        assert outcome.endswith(("1 done", "1 left", "1 failed"))
        outcome = ann.sync()
    titles = list(Application.objects.values_list("job_title", flat=True))
    assert sorted(titles) == sorted(
        f"Cook {number}" for number in range(0, MESSAGES, MESSAGES // CLAIMED)
    )
    assert ann.mailbox.found["applications"] == CLAIMED
    # The search finds the claimed messages alone: one page.
    assert ann.units <= 1.1 * (5 + 20 * CLAIMED)
    assert clock.pauses
