"""What the JobHax API shows of mail: applications, their mails and evidence, and mail that isn't certain."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.accounts.models import User
from core.jobsearch.models import Application
from providers.conformance.mail_writer import Mail
from tests.api_v1.jobhax.jobapp_calls import list_jobapps
from tests.clients import JobHaxClient
from tests.core.mail.received import receive
from tests.mail.indeed import receipt
from tests.mail.linkedin import Job, confirmation

COOK = confirmation(Job(title="Cook", company="Acme", number=7))
NO_TITLE = Mail(
    sender='"Globex Recruiting" <no-reply@greenhouse-mail.io>',
    subject="Your application to Globex",
    text="Hi Jo,\n\nThank you for your interest in Globex. Unfortunately, we will not be moving"
    " forward with your application.\n\nGlobex Recruiting\n",
    sent="Wed, 30 Sep 2026 09:30:00 +0000",
)


@pytest.fixture
def owner(head: JobHaxClient) -> User:
    """The user of the token."""
    return User.objects.get(email=head.get("users/me").data["email"])


def test_an_application_shows_its_board_logo_and_mail(head: JobHaxClient, owner: User) -> None:
    receive(owner, COOK)
    [found] = list_jobapps(head)
    assert (found["jobTitle"], found["company"], found["source"]) == ("Cook", "Acme", "LinkedIn")
    assert found["companyLogo"].startswith("https://media.licdn.com/")
    assert found["msgId"].endswith("@linkedin.com>")


def test_a_logo_is_null_once_its_address_has_expired(head: JobHaxClient, owner: User) -> None:
    receive(owner, COOK)
    Application.objects.update(logo_expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    [found] = list_jobapps(head)
    assert found["companyLogo"] is None
    detail = head.get("jobapps/get_jobapp_detail", jobapp_id=str(found["id"])).data
    assert "companyLogo" not in detail["topCardV2"]


def test_a_logo_says_when_it_expires(head: JobHaxClient, owner: User) -> None:
    receive(owner, COOK)
    # `e=2147483647` in its address.
    assert Application.objects.get().logo_expires_at == datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)


def test_the_detail_has_what_the_mail_held_and_why(head: JobHaxClient, owner: User) -> None:
    receive(owner, COOK)
    [found] = list_jobapps(head)
    detail = head.get("jobapps/get_jobapp_detail", jobapp_id=str(found["id"])).data
    assert detail["decoratedJobPosting"]["title"] == "Cook"
    assert detail["topCardV2"]["companyName"] == "Acme"
    [mail] = detail["mails"]
    assert (mail["kind"], mail["effect"]) == ("applied", "started")
    assert mail["sender"] == "LinkedIn <jobs-noreply@linkedin.com>"
    quotes = {one["field"]: one["quote"] for one in mail["evidence"]}
    assert (quotes["title"], quotes["company"]) == ("Cook", "Acme")


def test_older_clients_see_the_documented_keys_alone(
    seeker: JobHaxClient, head: JobHaxClient, owner: User
) -> None:
    receive(owner, COOK)
    older = replace(head, version="v20180701")
    [found] = list_jobapps(older)
    detail = older.get("jobapps/get_jobapp_detail", jobapp_id=str(found["id"])).data
    assert set(detail) == {"posterInformation", "decoratedJobPosting", "topCardV2"}
    [mail] = older.get("users/get_user_google_mails").data
    assert set(mail) == {"subject", "body", "date"}


def test_a_refusal_that_may_mean_two_is_shown_as_open(head: JobHaxClient, owner: User) -> None:
    receive(owner, receipt("Cook", "Globex"), receipt("Waiter", "Globex"), NO_TITLE)
    jobapps = list_jobapps(head)
    assert [one["isRejected"] for one in jobapps] == [False, False]
    [refusal] = [
        mail
        for mail in head.get("users/get_user_google_mails").data
        if mail["kinds"] == ["rejected"]
    ]
    assert refusal["jobapps"] == []
    assert sorted(refusal["candidates"]) == sorted(one["id"] for one in jobapps)
    reply = head.post(
        "jobapps/dismiss_mail", jobapp_id=refusal["candidates"][0], mail_id=refusal["id"]
    )
    assert reply.code == 0
    shown = {one["id"]: one for one in head.get("users/get_user_google_mails").data}
    assert shown[refusal["id"]]["candidates"] == []
