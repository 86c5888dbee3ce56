"""A mailbox is fetched: each mail once, whatever goes wrong in between, and why it went wrong is kept."""

import time
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.jobsearch.models import Application
from core.mail import storing
from core.mail.mailboxes import services
from core.mail.mailboxes.credentials import read_secrets
from core.mail.mailboxes.fetching import MailboxFetch
from core.mail.mailboxes.grants import OwnGrant
from core.mail.mailboxes.kinds import NewMailbox, Secrets
from core.mail.models import StoredMessage, UserMailbox
from core.mail.sync import enqueue_due_mailboxes, sync_mail
from providers.contracts import (
    CredentialsRefused,
    CursorExpired,
    ProviderUnavailable,
)
from tenants.context import TenantRef
from tenants.provisioning.lifecycle import resume_tenant, suspend_tenant
from tenants.registry import forget_tenants
from tests.core.mail.mailboxes.gmail import GmailUser
from tests.core.mail.mailboxes.scripted import PIECES, Scripted
from tests.tenants.jobs.queue import jobs_of


def titles() -> list[str]:
    return sorted(Application.objects.values_list("job_title", flat=True))


def test_mail_becomes_applications_and_the_list_says_what_was_found(ann: GmailUser) -> None:
    ann.deliver("Cook", "Waiter")
    ann.deliver_mail(b"From: <mum@home.test>\r\nSubject: Sunday?\r\n\r\nAt noon.\r\n")
    assert ann.sync() == "2 mails; mailboxes: 1 done"
    assert titles() == ["Cook", "Waiter"]
    mailbox = ann.mailbox
    # The search leaves private mail where it is.
    assert mailbox.found == {
        "messages": 2, "mails": 2, "applications": 2, "updates": 0, "failed": 0,
    }  # fmt: skip
    assert mailbox.synced_at is not None
    assert mailbox.next_sync_at is not None
    assert 3000 < (mailbox.next_sync_at - mailbox.synced_at).total_seconds() < 4200
    assert StoredMessage.objects.filter(brought_by=[mailbox.id]).count() == 2


def test_what_is_new_comes_with_the_next_run(ann: GmailUser) -> None:
    ann.deliver("Cook")
    ann.sync()
    ann.deliver("Waiter")
    assert ann.sync() == "1 mails; mailboxes: 1 done"
    assert titles() == ["Cook", "Waiter"]


def test_nothing_new_costs_one_request_and_one_update(ann: GmailUser) -> None:
    ann.deliver("Cook")
    ann.sync()
    ann.make_due()
    ann.standin.calls.clear()
    with CaptureQueriesContext(connection) as queries:
        sync_mail.run(user_id=ann.user.id)
    assert [call.path for call in ann.standin.calls] == ["/gmail/v1/users/me/history"]
    statements = [one["sql"].split() for one in queries]
    written = [words[:2] for words in statements if words[0] != "SELECT"]
    assert written == [["UPDATE", "mail_mailbox"]]
    # Which mailboxes are due, each one's row, and the settings of its plugin.
    assert len(queries) == 4


def test_a_mailbox_that_is_not_due_is_not_asked(ann: GmailUser) -> None:
    ann.sync()
    ann.standin.calls.clear()
    assert sync_mail.run(user_id=ann.user.id) == "0 mails; mailboxes: none due"
    assert ann.standin.calls == []


def test_a_history_that_is_gone_starts_from_the_beginning(ann: GmailUser) -> None:
    ann.deliver("Cook")
    ann.sync()
    ann.account.forget_history()
    ann.deliver("Waiter")
    assert ann.sync() == "1 mails; mailboxes: 1 done"
    assert StoredMessage.objects.count() == 2


def test_a_mail_that_cannot_be_read_is_kept_and_stops_nothing(ann: GmailUser) -> None:
    ann.deliver("Cook")
    [bad] = ann.deliver("Waiter")
    ann.standin.gmail.faults.plan("no-base64", path=f"messages/{bad}")
    ann.deliver("Porter")
    ann.sync()
    assert titles() == ["Cook", "Porter"]
    mailbox = ann.mailbox
    [failed] = mailbox.failed_mails
    assert (failed["id"], failed["reason"]) == (bad, "Gmail sends this mail in no readable form")
    assert mailbox.found["failed"] == 1
    assert mailbox.failure == ""


def test_an_access_token_that_has_expired_is_refreshed(ann: GmailUser) -> None:
    ann.deliver("Cook")
    ann.standin.google.tokens[ann.token].expires_at = 0
    assert ann.sync() == "1 mails; mailboxes: 1 done"
    secrets = read_secrets(ann.mailbox.credentials)
    assert secrets is not None
    assert secrets.grant is not None
    assert secrets.grant.access_token != ann.token
    assert secrets.grant.refresh_token == f"1//{ann.token}"


def test_a_token_that_is_revoked_ends_the_schedule_and_tells_the_user_once(
    ann: GmailUser, acme: TenantRef
) -> None:
    ann.sync()
    ann.standin.google.revoke(token=ann.token)
    assert ann.sync() == "0 mails; mailboxes: 1 refused"
    mailbox = ann.mailbox
    assert (mailbox.failure, mailbox.next_sync_at) == ("refused", None)
    assert mailbox.refused_at is not None
    assert [job.task for job in jobs_of(acme)] == ["mail.tell_of_refusal"]


def test_a_mailbox_that_does_not_answer_is_tried_again_later_and_later(ann: GmailUser) -> None:
    ann.standin.gmail.faults.plan("daily")
    pauses = []
    for attempts in (1, 2, 3):
        assert ann.sync() == "0 mails; mailboxes: 1 failed"
        mailbox = ann.mailbox
        assert (mailbox.failure, mailbox.attempts) == ("rate-limited", attempts)
        assert mailbox.failed_at is not None
        assert mailbox.next_sync_at is not None
        pauses.append((mailbox.next_sync_at - mailbox.failed_at).total_seconds())
    # As Google asks.
    assert min(pauses) > 3599
    ann.standin.gmail.faults.clear()
    ann.sync()
    assert (ann.mailbox.failure, ann.mailbox.attempts) == ("", 0)


def test_the_cursor_moves_over_what_is_stored_alone(ann: GmailUser, script: Scripted) -> None:
    def look() -> None:
        seen.append((ann.mailbox.cursor, StoredMessage.objects.count()))

    seen: list[tuple[str | None, int]] = []
    script.at = dict.fromkeys(range(3), look)
    ann.sync()
    assert seen == [(None, 0), ("1", 1), ("2", 2)]
    assert ann.mailbox.cursor == "3"


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (ProviderUnavailable("scripted", "tls"), "tls"),
        (ProviderUnavailable("scripted", "timeout"), "timeout"),
        (ValueError("a secret"), "broken"),
    ],
    ids=["certificate", "time-out", "crash"],
)
def test_what_came_before_a_failure_is_kept_and_the_next_run_goes_on(
    ann: GmailUser, script: Scripted, error: Exception, failure: str
) -> None:
    script.pieces, script.error = PIECES[:2], error
    assert ann.sync() == "2 mails; mailboxes: 1 failed"
    mailbox = ann.mailbox
    assert (mailbox.failure, mailbox.cursor, mailbox.attempts) == (failure, "2", 1)
    script.pieces, script.error = list(PIECES), None
    assert ann.sync() == "1 mails; mailboxes: 1 done"
    assert script.cursors == [None, "2"]


def test_mail_that_finds_no_room_comes_once_there_is_some(
    ann: GmailUser, script: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "MAX_STORED_MAILS", 2)
    for attempts in (1, 2):
        assert ann.sync().endswith("mailboxes: 1 failed")
        mailbox = ann.mailbox
        assert (mailbox.failure, mailbox.cursor, mailbox.attempts) == ("full", "2", attempts)
        assert mailbox.failed_at is not None
        assert mailbox.next_sync_at is not None
        assert mailbox.next_sync_at > mailbox.failed_at
    assert titles() == ["Cook", "Waiter"]
    monkeypatch.setattr(storing, "MAX_STORED_MAILS", 3)
    assert ann.sync() == "1 mails; mailboxes: 1 done"
    assert ann.mailbox.failure == ""


def test_a_cursor_that_expires_each_time_is_a_failure(ann: GmailUser, script: Scripted) -> None:
    script.pieces, script.error = [], CursorExpired("scripted")
    assert ann.sync() == "0 mails; mailboxes: 1 failed"
    assert script.cursors == [None, None]


def test_a_server_that_asks_for_years_is_asked_again_after_a_day(
    ann: GmailUser, script: Scripted
) -> None:
    script.pieces = []
    script.error = ProviderUnavailable("scripted", "rate-limited", retry_after=3e11)
    ann.sync()
    mailbox = ann.mailbox
    assert mailbox.next_sync_at is not None
    assert mailbox.failed_at is not None
    assert 24 * 3600 <= (mailbox.next_sync_at - mailbox.failed_at).total_seconds() < 27 * 3600


@pytest.mark.parametrize("how", ["removed", "paused", "moved", "user"])
def test_a_mailbox_that_is_taken_away_in_the_middle_gets_nothing_more(
    ann: GmailUser, script: Scripted, how: str
) -> None:
    def take_away() -> None:
        if how == "removed":
            services.remove_mailbox(ann.user.id, ann.mailbox.id, delete_mail=False)
        elif how == "paused":
            services.pause_mailbox(ann.user.id, ann.mailbox.id, paused=True)
        elif how == "moved":
            # As another run does, whose worker was taken for dead.
            UserMailbox.objects.update(cursor="2")
        else:
            ann.user.is_active = False
            ann.user.save()

    script.at = {1: take_away}
    assert ann.sync() == "1 mails; mailboxes: 1 overtaken"
    assert StoredMessage.objects.count() == 1


def test_a_tenant_that_is_suspended_in_the_middle_gets_the_rest_once_it_is_resumed(
    ann: GmailUser, acme: TenantRef, script: Scripted
) -> None:
    def suspend() -> None:
        suspend_tenant(acme.slug)
        forget_tenants()

    UserMailbox.objects.create(user=ann.user, plugin="scripted", account="y", address="y")
    script.at = {1: suspend}
    assert ann.sync() == "2 mails; mailboxes: 2 left"
    # The second one was not opened.
    assert script.cursors == [None]
    script.at = {}
    resume_tenant(acme.slug)
    forget_tenants()
    assert sync_mail.run(user_id=ann.user.id) == "1 mails; mailboxes: 2 done"


def test_a_mailbox_that_is_connected_again_in_the_middle_is_not_refused(
    ann: GmailUser, script: Scripted
) -> None:
    def connect_again() -> None:
        new = NewMailbox(account="x", address="x", secrets=Secrets(password="the new one"))
        services.store_mailbox(ann.user.id, "scripted", new)

    script.at, script.error = {2: connect_again}, CredentialsRefused("scripted")
    assert ann.sync() == "3 mails; mailboxes: 1 overtaken"
    assert ann.mailbox.refused_at is None
    script.error = None
    assert sync_mail.run(user_id=ann.user.id) == "0 mails; mailboxes: 1 done"


def test_a_grant_that_is_given_in_the_middle_is_not_replaced_by_an_older_one(
    ann: GmailUser,
) -> None:
    late = OwnGrant(ann.mailbox)
    grant = late.read()
    assert grant is not None
    newer = Secrets(grant=grant.model_copy(update={"refresh_token": "of a new consent"}))
    services.store_mailbox(
        ann.user.id,
        "gmail",
        NewMailbox(account=ann.mailbox.account, address=ann.address, secrets=newer),
    )
    late.replace(grant)
    assert read_secrets(ann.mailbox.credentials) == newer


def test_a_plugin_that_is_switched_off_leaves_the_mailbox_as_it_is(
    ann: GmailUser, script: Scripted
) -> None:
    UserMailbox.objects.update(plugin="another")
    assert ann.sync() == "0 mails; mailboxes: 1 failed"
    assert (ann.mailbox.failure, ann.mailbox.attempts) == ("switched-off", 0)


def test_a_long_mailbox_leaves_the_rest_to_the_next_job(
    ann: GmailUser, acme: TenantRef, script: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MailboxFetch, "_is_late", lambda self: True)
    ann.make_due()
    for _ in range(3):
        assert sync_mail.run(user_id=ann.user.id) == "1 mails; mailboxes: 1 left"
    assert StoredMessage.objects.count() == 3
    assert [job.task for job in jobs_of(acme)] == ["mail.sync"]


@pytest.mark.parametrize(("asked", "waited"), [(30.0, [30.0]), (70.0, [])], ids=["short", "long"])
def test_what_is_left_is_asked_for_after_the_pause_that_its_server_wants(
    ann: GmailUser,
    acme: TenantRef,
    script: Scripted,
    monkeypatch: pytest.MonkeyPatch,
    asked: float,
    waited: list[float],
) -> None:
    slept: list[float] = []
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=slept.append)
    monkeypatch.setattr("core.mail.sync.time", clock)
    monkeypatch.setattr("core.mail.sync.SECONDS_PER_JOB", 29.0)
    script.error = ProviderUnavailable("scripted", "rate-limited", retry_after=asked)
    began = timezone.now()
    assert ann.sync() == "3 mails; mailboxes: 1 left"
    due = ann.mailbox.next_sync_at
    assert due is not None
    assert (due - began).total_seconds() >= asked
    # After a longer one the sweep enqueues it.
    assert slept == waited
    assert [job.task for job in jobs_of(acme)] == ["mail.sync"] * len(waited)


def test_a_sync_that_is_asked_for_in_the_middle_comes_after(
    ann: GmailUser, script: Scripted
) -> None:
    script.at = {1: lambda: services.request_mailbox_sync(ann.user.id, ann.mailbox.id)}
    ann.sync()
    assert sync_mail.run(user_id=ann.user.id) == "0 mails; mailboxes: 1 done"


def test_the_sweep_enqueues_each_user_who_is_due_once(ann: GmailUser, acme: TenantRef) -> None:
    UserMailbox.objects.create(
        user=ann.user,
        plugin="imap",
        account="1",
        address="a",
        next_sync_at=ann.mailbox.next_sync_at,
    )
    assert enqueue_due_mailboxes.run() == "1 of 1 users"
    assert enqueue_due_mailboxes.run() == "0 of 1 users"
    assert [job.arguments for job in jobs_of(acme)] == [{"user_id": ann.user.id}]
    ann.user.is_active = False
    ann.user.save()
    assert enqueue_due_mailboxes.run() == "0 users"
