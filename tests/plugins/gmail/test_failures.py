from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from itertools import islice

import pytest

from providers.contracts import ProviderUnavailable
from tests.plugins.gmail.mailboxes import User, keys
from tests.standins.gmail.faults import Fault


def test_five_thousand_messages_come_once_each_through_quota_failures_and_a_kill(
    user: User,
) -> None:
    gmail, chance = user.standin.gmail, random.Random(5)  # noqa: S311
    wanted = set[str]()
    for _ in range(5000):
        if chance.random() < 0.05:
            wanted |= set(user.deliver())
        else:
            user.deliver(sender=f"friend{chance.randrange(99)}@home.example")
    gmail.quota, gmail.faults.share = 3_000, 0.05
    fetch = user.pieces_of_a_fetch()
    brought = [mail.key for piece in islice(fetch, 5) for mail in piece.mails]
    fetch.close()
    mails = user.fetch()
    brought += keys(mails)
    assert all(mail.raw for mail in mails)
    assert Counter(brought) == Counter(wanted)
    assert user.units <= 1.1 * (5 + 20 * len(wanted))
    assert len(user.clock.pauses) > 5, "the quota of a minute was used up"


@pytest.mark.parametrize("fault", ["500", "503", "429", "429-text", "403", "cut", "html"])
def test_a_passing_failure_costs_a_pause_and_no_mail(user: User, fault: Fault) -> None:
    wanted = user.deliver(30)
    user.standin.gmail.faults.plan(fault, times=3)
    assert sorted(keys(user.fetch())) == sorted(wanted)
    assert user.clock.pauses


@pytest.mark.parametrize(("fault", "seconds"), [("429", 3.0), ("429-text", 7.0)])
def test_the_pause_that_gmail_asks_for_is_kept(user: User, fault: Fault, seconds: float) -> None:
    user.standin.gmail.faults.plan(fault, times=1)
    user.fetch()
    assert user.clock.pauses == [pytest.approx(seconds, abs=0.1)]


def test_pauses_grow_and_differ(user: User) -> None:
    user.standin.gmail.faults.plan("500")
    _, error = user.fetch_until_error()
    assert isinstance(error, ProviderUnavailable)
    assert [round(pause / 2**power, 1) for power, pause in enumerate(user.clock.pauses)] != [
        1.0
    ] * 5
    assert all(0.5 <= pause / 2**power <= 1 for power, pause in enumerate(user.clock.pauses))
    assert len(user.clock.pauses) == 5


def test_no_pause_passes_the_deadline(user: User) -> None:
    user.deadline = user.clock.now() + timedelta(seconds=2)
    user.standin.gmail.faults.plan("429")
    _, error = user.fetch_until_error()
    assert isinstance(error, ProviderUnavailable)
    assert error.reason == "rate-limited"
    assert error.retry_after is not None
    assert error.retry_after >= 3
    assert user.clock.pauses == []


def test_the_quota_of_the_day_ends_the_fetch_at_once(user: User) -> None:
    user.standin.gmail.faults.plan("daily")
    _, error = user.fetch_until_error()
    assert isinstance(error, ProviderUnavailable)
    assert error.retry_after == 3600
    assert len(user.requests()) == 1


def test_a_mail_that_was_deleted_meanwhile_is_left_out(user: User) -> None:
    kept, gone = user.deliver(30)[::29]
    fetch = user.pieces_of_a_fetch()
    newest = next(fetch)
    user.account.delete(kept)
    rest = [mail.key for piece in fetch for mail in piece.mails]
    assert gone in keys(list(newest.mails))
    assert kept not in rest
    assert len(rest) == 9


def test_a_large_mail_comes_by_itself_and_one_that_is_too_large_with_a_reason(user: User) -> None:
    small = user.deliver(20)
    # Newer, so that they are the first that are asked for.
    (large,) = user.deliver(text="long line\r\n" * 600_000)
    (huge,) = user.deliver(text="long line\r\n" * 3_200_000)
    pieces = list(user.pieces_of_a_fetch())
    brought = [mail.key for piece in pieces for mail in piece.mails]
    assert set(brought[:20]) == set(small), "no other mail waits for a large one"
    assert len(brought) == 22
    mails = {mail.key: mail for piece in pieces for mail in piece.mails}
    assert mails[large].raw == user.account.messages[large].raw
    assert mails[huge].reason == "The mail is larger than 32 MiB"
    assert all(mails[key].raw for key in small)
    assert all(len(piece.mails) == 1 for piece in pieces if large in keys(list(piece.mails)))


@pytest.mark.parametrize("mode", ["down", "garbage", "truncated", "redirect", "oversize"])
def test_an_outage_in_the_middle_keeps_what_came_before(user: User, mode: str) -> None:
    wanted = user.deliver(60)
    fetch = user.pieces_of_a_fetch()
    before = [mail.key for mail in next(fetch).mails]
    user.standin.fail(mode=mode)
    with pytest.raises(ProviderUnavailable):
        list(fetch)
    user.standin.recover()
    assert sorted(before + keys(user.fetch())) == sorted(wanted)
