"""The mail that was read for a user."""

from api_v1.jobhax.columns import JOB_MAIL
from core.accounts.models import User
from core.mail.queries import list_job_mail
from tests.core.jobsearch.applications import read
from tests.core.mail.received import SENT, store
from tests.statements import statements


def test_a_mail_is_shown_as_in_the_sample(seeker: User) -> None:
    subject = "You applied for Android Developer at Genuent"
    store(seeker, "1", subject=subject, body="<html><body>HTML content</body></html>")
    assert read(list_job_mail(seeker.id, columns=JOB_MAIL)) == [
        {
            "subject": subject,
            "body": "<html><body>HTML content</body></html>",
            "date": "2018-11-14 06:08:19+00:00",
        }
    ]


def test_the_newest_mail_comes_first(seeker: User) -> None:
    for key, day in (("old", 1), ("new", 3), ("middle", 2)):
        store(seeker, key, received_at=SENT.replace(day=day))
    assert [mail["subject"] for mail in read(list_job_mail(seeker.id, columns=JOB_MAIL))] == [
        "new",
        "middle",
        "old",
    ]


def test_mail_of_other_users_and_mail_without_news_are_not_shown(
    seeker: User, stranger: User
) -> None:
    store(stranger, "hers")
    store(seeker, "newsletter", state="empty")
    store(seeker, "broken", state="failed")
    assert list_job_mail(seeker.id, columns=JOB_MAIL) == b"[]"


def test_mail_is_read_in_one_statement(seeker: User) -> None:
    for key in ("one", "two", "three"):
        store(seeker, key)
    with statements() as run:
        list_job_mail(seeker.id, columns=JOB_MAIL)
    assert len(run) == 1
