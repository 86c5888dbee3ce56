"""JobHax: "sync_user_emails" and "get_user_google_mails"."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from core.accounts.logins.models import LinkedIdentity
from core.accounts.models import User
from core.mail.models import UserMailbox
from core.mail.sync import sync_mail
from core.plugins import plugins, use_plugins
from tenants.context import TenantRef
from tenants.plugins import TenantPlugins, forget_plugins, switch_plugin
from tests.api_v1.jobhax.test_social_login import GMAIL, GOOGLE, LINKEDIN, google, log_in
from tests.clients import JobHaxClient
from tests.core.mail.mailboxes.gmail import proven_mail
from tests.core.mail.received import SENT, store
from tests.job_seekers import client_of
from tests.mail.indeed import receipt
from tests.standins.gmail.faults import Fault
from tests.standins.identity import IdentityStandin
from tests.tenants.inbound.serving import give_address, taking_mail
from tests.tenants.jobs.queue import jobs_of


@pytest.fixture
def nina_api(api: JobHaxClient, standin: IdentityStandin) -> JobHaxClient:
    """A client that Nina has logged in with through Google."""
    assert log_in(api, GOOGLE, google(standin, "g1", scope=GMAIL)).code == 0
    return api


@pytest.fixture
def with_gmail(standin: IdentityStandin) -> IdentityStandin:
    """The stand-in, whose Gmail Happo reads."""
    urls = dict.fromkeys(("google-oauth2", "gmail"), standin.url)
    use_plugins(TenantPlugins(plugins().installed(), base_urls=urls))
    return standin


def test_it_answers_at_once_and_leaves_one_job(nina_api: JobHaxClient, acme: TenantRef) -> None:
    for _ in range(2):
        reply = nina_api.get("users/sync_user_emails")
        assert (reply.status, reply.code, reply.data) == (200, 0, None)
    user = User.objects.get(email="nina@gmail.test")
    assert [(job.task, job.arguments) for job in jobs_of(acme)] == [
        ("mail.sync", {"user_id": user.id})
    ]


def test_without_a_mailbox_there_is_nothing_to_sync(
    joe_api: JobHaxClient, acme: TenantRef, standin: IdentityStandin
) -> None:
    reply = joe_api.get("users/sync_user_emails")
    assert (reply.status, reply.code, reply.message) == (404, 2, "User profile not found.")
    log_in(joe_api, LINKEDIN, standin.linkedin.issue(id="l1", client_id="ours"))
    assert joe_api.get("users/sync_user_emails").code == 2
    assert jobs_of(acme) == []


@pytest.mark.parametrize(
    "known", [{"grant_dead_since": timezone.now()}, {"grant": None}], ids=["refused", "unreadable"]
)
def test_a_token_known_to_be_dead_has_to_be_renewed(
    nina_api: JobHaxClient, standin: IdentityStandin, known: dict[str, object]
) -> None:
    LinkedIdentity.objects.update(**known)
    reply = nina_api.get("users/sync_user_emails")
    assert (reply.status, reply.code) == (401, 4)
    assert reply.message == "Google token has expired. Please refresh Google token."
    nina_api.post("users/update_gmail_token", token=google(standin, "g1", scope=GMAIL))
    assert nina_api.get("users/sync_user_emails").code == 0


def test_a_token_that_has_run_out_is_known_to_be_dead(nina_api: JobHaxClient) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert nina_api.get("users/sync_user_emails").code == 4


def sync(api: JobHaxClient) -> User:
    """Ask for a sync, and do its job."""
    assert api.get("users/sync_user_emails").code == 0
    user = User.objects.get(email="nina@gmail.test")
    sync_mail.run(user_id=user.id)
    return user


def test_a_linked_account_is_read_with_the_documents_token_until_it_ends(
    nina_api: JobHaxClient, with_gmail: IdentityStandin
) -> None:
    for title in ("Cook", "Waiter"):
        mail = proven_mail(receipt(title, "Acme"), title)
        with_gmail.gmail.deliver(email="nina@gmail.test", mail=mail)
    user = sync(nina_api)
    assert len(nina_api.get("users/get_user_google_mails").data) == 2
    mailbox = UserMailbox.objects.get(user=user)
    assert (mailbox.plugin, mailbox.account, mailbox.credentials) == ("gmail", "g1", None)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert nina_api.get("users/sync_user_emails").code == 4


@pytest.mark.parametrize("fault", ["401", "scope"])
def test_a_token_that_gmail_refuses_is_error_4_until_a_new_one_is_sent(
    nina_api: JobHaxClient, with_gmail: IdentityStandin, fault: Fault
) -> None:
    with_gmail.gmail.faults.plan(fault)
    user = sync(nina_api)
    assert LinkedIdentity.objects.get().grant_dead_since is not None
    mailbox = UserMailbox.objects.get(user=user)
    assert mailbox.refused_at is not None
    assert nina_api.get("users/sync_user_emails").code == 4
    with_gmail.gmail.faults.clear()
    token = google(with_gmail, "g1", scope=GMAIL)
    assert nina_api.post("users/update_gmail_token", token=token).code == 0
    mailbox.refresh_from_db()
    assert (mailbox.refused_at, mailbox.failure) == (None, "")
    assert mailbox.next_sync_at is not None
    sync(nina_api)
    mailbox.refresh_from_db()
    assert mailbox.synced_at is not None


@pytest.mark.parametrize("fault", ["closed", "not-configured", "daily"])
def test_no_new_token_is_asked_for_where_it_would_change_nothing(
    nina_api: JobHaxClient, with_gmail: IdentityStandin, fault: Fault
) -> None:
    with_gmail.gmail.faults.plan(fault)
    user = sync(nina_api)
    assert LinkedIdentity.objects.get().grant_dead_since is None
    mailbox = UserMailbox.objects.get(user=user)
    assert mailbox.failure != ""
    assert mailbox.next_sync_at is not None
    assert nina_api.get("users/sync_user_emails").code == 0


def test_where_gmail_is_switched_off_there_is_nothing_to_sync(
    nina_api: JobHaxClient, acme: TenantRef
) -> None:
    switch_plugin(acme, "gmail", on=False, known=plugins().installed())
    forget_plugins()
    assert nina_api.get("users/sync_user_emails").code == 2


def test_the_mails_are_the_callers_own_newest_first(
    joe_api: JobHaxClient, joe: User, acme: TenantRef
) -> None:
    other = User.objects.get(email="olga@acme.test")
    said: dict[str, Any] = {"subject": "You applied"}  # Any: fields of the model
    store(joe, "1", received_at=SENT, body="<html>HTML</html>", **said)
    store(joe, "2", received_at=datetime(2019, 1, 2, 3, 4, 5, 678, tzinfo=UTC), body="Text", **said)
    store(joe, "3", received_at=datetime(2020, 1, 1, tzinfo=UTC), state="empty", **said)
    store(other, "4", received_at=datetime(2020, 1, 1, tzinfo=UTC), **said)
    reply = joe_api.get("users/get_user_google_mails")
    assert reply.data == [
        {"subject": "You applied", "body": "Text", "date": "2019-01-02 03:04:05+00:00"},
        {
            "subject": "You applied",
            "body": "<html>HTML</html>",
            "date": "2018-11-14 06:08:19+00:00",
        },
    ]


def test_without_mail_the_list_is_empty(joe_api: JobHaxClient) -> None:
    assert joe_api.get("users/get_user_google_mails").data == []


@pytest.mark.parametrize(
    "route", ["sync_user_emails", "get_user_google_mails", "get_linkedin_profile"]
)
def test_a_request_without_a_token_is_refused(acme: TenantRef, route: str) -> None:
    reply = client_of(acme).get(f"users/{route}")
    assert (reply.status, reply.code) == (401, 1)


def test_a_forwarding_address_alone_is_a_mailbox_with_nothing_to_fetch(
    joe_api: JobHaxClient, joe: User, acme: TenantRef
) -> None:
    with taking_mail():
        give_address(joe)
    reply = joe_api.get("users/sync_user_emails")
    assert (reply.status, reply.code, reply.data) == (200, 0, None)
    assert jobs_of(acme) == []
