"""Mail whose source was stopped, or was not asked, is read again by a job."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail import rereading
from core.mail.models import StoredEvent, StoredMessage
from core.mail.rereading import Rereading, list_users_with_mail, reread_mail
from core.mail.retrying import retry_stopped_mail
from providers.isolation.processes import NOT_ASKED, STOPPED
from tests.core.mail.received import receive, store_many
from tests.mail.indeed import receipt
from tests.statements import statements

STOPPED_MAIL = Rereading(stopped=True)
COOK, WAITER = receipt("Cook", "Acme"), receipt("Waiter", "Globex")


@pytest.fixture
def busy_seeker(seeker: User) -> User:
    """A user with 2,000 mails that were read."""
    store_many(seeker)
    return seeker


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


def test_looking_for_it_reads_no_mail_that_was_read(busy_seeker: User) -> None:
    """A job of each tenant looks every quarter of an hour, also where users have a hundred thousand mails."""
    for look in (retry_stopped_mail.run, lambda: reread_mail(busy_seeker.id, STOPPED_MAIL)):
        with statements() as captured:
            look()
        looked = [one["sql"] for one in captured.captured_queries if "'failed'" in one["sql"]]
        assert looked
        for statement in looked:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {statement}")
                plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "message_failed" in plan
            assert "Seq Scan on mail_storedmessage" not in plan


def test_a_mail_whose_plugin_is_off_keeps_no_other_user_waiting(seeker: User) -> None:
    message = keep_unread(seeker, NOT_ASKED + ": its plugin is switched off")
    StoredMessage.objects.filter(id=message.id).update(plugin="removed")
    assert list_users_with_mail(STOPPED_MAIL) == []


def test_users_take_turns(seeker: User, stranger: User) -> None:
    first = keep_unread(seeker, NOT_ASKED)
    second = keep_unread(stranger, NOT_ASKED)
    for last, users in ((first, [stranger.id, seeker.id]), (second, [seeker.id, stranger.id])):
        StoredMessage.objects.filter(id=last.id).update(read_at=timezone.now())
        assert list_users_with_mail(STOPPED_MAIL) == users


def test_a_mail_that_the_database_does_not_take_keeps_no_other_user_waiting(
    seeker: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty, _ = keep_unread(seeker, NOT_ASKED), keep_unread(stranger, NOT_ASKED)
    make = rereading.events_of

    def make_too_long(message_id: int, *said: object) -> list[StoredEvent]:
        events = make(message_id, *said)  # type: ignore[arg-type]
        for event in events:
            event.title = "x" * 5_000 if message_id == faulty.id else event.title
        return events

    monkeypatch.setattr(rereading, "events_of", make_too_long)
    assert retry_stopped_mail.run() == "1 mails"
    assert Application.objects.get().user == stranger
    assert list_users_with_mail(STOPPED_MAIL) == [seeker.id]
