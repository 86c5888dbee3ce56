"""Mail whose source was stopped, or was not asked, is read again by a job."""

from datetime import timedelta

import pytest

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail.models import StoredMessage
from core.mail.retrying import retry_stopped_mail
from providers.isolation.processes import NOT_ASKED, STOPPED
from tests.core.mail.received import receive
from tests.mail.indeed import receipt

COOK, WAITER = receipt("Cook", "Acme"), receipt("Waiter", "Globex")


def keep_unread(user: User, error: str, *, again: bool = False) -> StoredMessage:
    """Store a mail as one that could not be read; `again`: it was read once more since."""
    receive(user, COOK)
    message = StoredMessage.objects.get(user=user)
    message.events.all().delete()
    Application.objects.all().delete()
    message.state, message.error = "failed", error
    if again:
        message.read_at = message.stored_at + timedelta(minutes=15)
    message.save()
    return message


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (NOT_ASKED + ": it was stopped repeatedly before", False),
        (NOT_ASKED + ": it was stopped repeatedly before", True),
        (STOPPED + "stopped after 2 s", False),
    ],
)
def test_it_becomes_an_application(seeker: User, error: str, again: bool) -> None:
    keep_unread(seeker, error, again=again)
    receive(seeker, WAITER)
    assert retry_stopped_mail.run() == "1 mails"
    titles = Application.objects.values_list("job_title", flat=True)
    assert sorted(titles) == ["Cook", "Waiter"]
    assert retry_stopped_mail.run() == "0 mails"


@pytest.mark.parametrize(
    ("error", "again"), [(STOPPED + "stopped after 2 s", True), ("ValueError: broken", False)]
)
def test_what_failed_by_itself_is_left_to_the_operator(
    seeker: User, error: str, again: bool
) -> None:
    keep_unread(seeker, error, again=again)
    assert retry_stopped_mail.run() == "0 mails"
