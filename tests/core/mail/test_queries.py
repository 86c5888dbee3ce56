"""The mail that was read for a user."""

from datetime import UTC, datetime
from typing import Any

from api_v1.jobhax.columns import JOB_MAIL
from core.accounts.models import User
from core.mail.models import StoredMessage
from core.mail.queries import list_job_mail
from tests.core.jobsearch.applications import read
from tests.statements import statements

SENT = datetime(2018, 11, 14, 6, 8, 19, tzinfo=UTC)


def store(user: User, key: str, **said: Any) -> StoredMessage:  # Any: fields of the model
    plain = {
        "mailbox": "gmail",
        "mailbox_key": key,
        "received_at": SENT,
        "subject": key,
        "plugin": "linkedin",
    }
    return StoredMessage.objects.create(user=user, **{**plain, **said})


def test_a_mail_is_shown_as_in_the_sample(seeker: User) -> None:
    subject = "You applied for Android Developer at Genuent"
    store(
        seeker, "1", subject=subject, html="<html><body>HTML content</body></html>", text="content"
    )
    assert read(list_job_mail(seeker.id, columns=JOB_MAIL)) == [
        {
            "subject": subject,
            "body": "<html><body>HTML content</body></html>",
            "date": "2018-11-14 06:08:19+00:00",
        }
    ]


def test_a_mail_without_html_shows_its_text(seeker: User) -> None:
    store(seeker, "1", text="content")
    assert read(list_job_mail(seeker.id, columns=JOB_MAIL))[0]["body"] == "content"


def test_the_newest_mail_comes_first(seeker: User) -> None:
    for key, day in (("old", 1), ("new", 3), ("middle", 2)):
        store(seeker, key, received_at=SENT.replace(day=day))
    assert [mail["subject"] for mail in read(list_job_mail(seeker.id, columns=JOB_MAIL))] == [
        "new",
        "middle",
        "old",
    ]


def test_mail_of_other_users_and_unrecognised_mail_are_not_shown(
    seeker: User, stranger: User
) -> None:
    store(stranger, "hers")
    store(seeker, "newsletter", plugin="")
    assert list_job_mail(seeker.id, columns=JOB_MAIL) == b"[]"


def test_mail_is_read_in_one_statement(seeker: User) -> None:
    for key in ("one", "two", "three"):
        store(seeker, key)
    with statements() as run:
        list_job_mail(seeker.id, columns=JOB_MAIL)
    assert len(run) == 1
