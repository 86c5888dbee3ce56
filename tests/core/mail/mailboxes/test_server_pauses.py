"""A pause that a server asked for holds for its user's own wish too; one that Happo chose doesn't."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from core.mail.mailboxes import services
from core.mail.mailboxes.pauses import read_asked_pause
from core.mail.models import UserMailbox
from core.mail.sync import request_sync, sync_mail
from providers.contracts import ProviderUnavailable
from tests.core.mail.mailboxes.gmail import GmailUser
from tests.core.mail.mailboxes.scripted import Scripted
from tests.recruiters import caller_for


def seconds_after_failure(mailbox: UserMailbox, moment: datetime | None) -> float:
    assert mailbox.failed_at is not None
    assert moment is not None
    return float((moment - mailbox.failed_at).total_seconds())


def wish(ann: GmailUser, how: str) -> None:
    """Have Ann's mailbox fetched now, in one of the ways in which its user can."""
    if how == "mailbox":
        services.request_mailbox_sync(ann.user.id, ann.mailbox.id)
    elif how == "all":
        request_sync(caller_for(ann.user))
    else:
        for paused in (True, False):
            services.pause_mailbox(ann.user.id, ann.mailbox.id, paused=paused)


@pytest.mark.parametrize("how", ["mailbox", "all", "pause"])
def test_a_server_that_asks_for_a_pause_is_left_alone_whatever_its_user_does(
    ann: GmailUser, script: Scripted, how: str
) -> None:
    script.pieces = []
    script.error = ProviderUnavailable("scripted", "status", status=503, retry_after=7200.0)
    assert ann.sync() == "0 mails; mailboxes: 1 failed"
    wish(ann, how)
    # The moment that the server named, and no longer.
    mailbox = ann.mailbox
    assert mailbox.next_sync_at == mailbox.not_before
    assert seconds_after_failure(mailbox, mailbox.not_before) == pytest.approx(7200, abs=1)
    assert sync_mail.run(user_id=ann.user.id) == "0 mails; mailboxes: none due"
    assert len(script.cursors) == 1


@pytest.mark.parametrize("how", ["mailbox", "all", "pause"])
@pytest.mark.parametrize("reason", ["connection", "timeout", "tls", "status"])
def test_a_pause_that_happo_chose_ends_when_its_user_wants(
    ann: GmailUser, script: Scripted, how: str, reason: str
) -> None:
    script.pieces = []
    script.error = ProviderUnavailable("scripted", reason)  # type: ignore[arg-type]
    ann.sync()
    assert seconds_after_failure(ann.mailbox, ann.mailbox.next_sync_at) > 200
    wish(ann, how)
    assert sync_mail.run(user_id=ann.user.id) == "0 mails; mailboxes: 1 failed"
    assert len(script.cursors) == 2


def test_a_server_that_names_no_time_is_left_alone_for_a_minute(
    ann: GmailUser, script: Scripted
) -> None:
    script.pieces, script.error = [], ProviderUnavailable("scripted", "rate-limited")
    ann.sync()
    mailbox = ann.mailbox
    assert seconds_after_failure(mailbox, mailbox.next_sync_at) > 200
    assert seconds_after_failure(mailbox, mailbox.not_before) == pytest.approx(60, abs=1)


def test_a_wish_from_while_it_is_fetched_waits_for_the_pause_that_the_fetch_ends_with(
    ann: GmailUser, script: Scripted
) -> None:
    script.at = {1: lambda: services.request_mailbox_sync(ann.user.id, ann.mailbox.id)}
    script.error = ProviderUnavailable("scripted", "rate-limited", retry_after=7200.0)
    ann.sync()
    mailbox = ann.mailbox
    assert seconds_after_failure(mailbox, mailbox.next_sync_at) == pytest.approx(7200, abs=1)


def test_a_server_that_asks_for_years_gets_a_day(ann: GmailUser, script: Scripted) -> None:
    script.pieces = []
    script.error = ProviderUnavailable("scripted", "status", retry_after=3e11)
    ann.sync()
    mailbox = ann.mailbox
    assert seconds_after_failure(mailbox, mailbox.not_before) == pytest.approx(86_400, abs=1)


def test_the_pause_ends_with_the_next_fetch(ann: GmailUser, script: Scripted) -> None:
    UserMailbox.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    wish(ann, "mailbox")
    assert sync_mail.run(user_id=ann.user.id) == "3 mails; mailboxes: 1 done"
    assert ann.mailbox.not_before is None


@pytest.mark.parametrize(
    ("asked", "pause"),
    [(float("nan"), None), (float("inf"), 24 * 3600.0), (-5.0, 0.0), (90.0, 90.0)],
)
def test_what_a_plugin_computes_as_a_pause_is_between_nothing_and_a_day(
    asked: float, pause: float | None
) -> None:
    error = ProviderUnavailable("scripted", "status", status=503, retry_after=asked)
    assert read_asked_pause(error) == pause
