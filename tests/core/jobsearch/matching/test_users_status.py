"""Once the user has set a status, what the history shows of mail doesn't depend on the order in which it comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.jobsearch.matching.values import Fact, FactKey
from core.jobsearch.statuses import APPLIED, OFFER, ONSITE_INTERVIEW, PHONE_SCREEN
from tests.core.jobsearch.matching.mailbox import ARRIVAL, Mailbox, fact, mailbox_of
from tests.core.jobsearch.matching.mixtures import FEW, mails

ROLE = {"company": "Acme", "title": "Engineer"}
RECEIPT = fact(**ROLE)
EDITS: tuple[dict[str, Any], ...] = (
    {"status": ONSITE_INTERVIEW},
    {"rejected": True},
    {"rejected": False},
    {"status": ONSITE_INTERVIEW, "rejected": True},
    {"status": OFFER, "rejected": False},
)


def copy_of(one: Fact, name: str, *, seconds: int) -> Fact:
    """Return the same mail as another mailbox got it."""
    at = one.occurred_at + timedelta(seconds=seconds)
    return replace(one, key=FactKey(name, 0), occurred_at=at, applied_at=at)


def after_setting(*before: Fact, edit: dict[str, Any], then: Iterable[Fact]) -> Mailbox:
    """Return the mailbox of a user who sets this after the first mails, and gets the others one by one."""
    mailbox = mailbox_of([RECEIPT, *before])
    mailbox.edit(mailbox.only.id, **edit)
    mailbox.match()
    for one in then:
        mailbox.receive(one)
    return mailbox


INTERVIEW, OFFERED = fact("interview", day=4, **ROLE), fact("offer", day=12, **ROLE)
REFUSAL, VIEWED = fact("rejected", day=9, **ROLE), fact("viewed", day=10, **ROLE)


@pytest.mark.parametrize("seconds", [-20, 0, 20, 7000])
@pytest.mark.parametrize("name", ["<a>", "<z>"])
def test_two_copies_of_one_mail_are_one_line_of_the_history(name: str, seconds: int) -> None:
    copy = replace(copy_of(INTERVIEW, name, seconds=seconds), forwarded=seconds > 60)

    for order in permutations([INTERVIEW, copy]):
        mailbox = after_setting(edit={"status": ONSITE_INTERVIEW}, then=order)

        assert mailbox.history == [("started", APPLIED), ("noted", ONSITE_INTERVIEW)]


@pytest.mark.parametrize("number", range(len(EDITS)))
def test_every_order_of_mails_and_their_copies_gives_one_history(number: int) -> None:
    copies = copy_of(INTERVIEW, "<a>", seconds=-9), copy_of(REFUSAL, "<b>", seconds=-9)
    found = {
        str(after_setting(edit=EDITS[number], then=order).shown)
        for order in permutations([INTERVIEW, REFUSAL, VIEWED, *copies])
    }

    assert len(found) == 1


@pytest.mark.parametrize("number", range(len(EDITS)))
@pytest.mark.parametrize("seconds", [-9, 9])
def test_a_copy_of_a_mail_that_came_before_adds_nothing_to_the_history(
    number: int, seconds: int
) -> None:
    before = [INTERVIEW, REFUSAL, VIEWED]
    copies = [copy_of(one, f"<{one.kind}>", seconds=seconds) for one in (RECEIPT, *before)]
    expected = after_setting(*before, edit=EDITS[number], then=[]).history

    for order in permutations(copies):
        assert after_setting(*before, edit=EDITS[number], then=order).history == expected


def test_a_copy_that_comes_after_the_next_change_keeps_the_line_that_was_there() -> None:
    copy = copy_of(INTERVIEW, "<a>", seconds=-9)

    for first, second in permutations([INTERVIEW, copy]):
        mailbox = after_setting(edit={"status": ONSITE_INTERVIEW}, then=[first])
        mailbox.edit(mailbox.only.id, status=OFFER)
        mailbox.receive(second)

        assert mailbox.history == [("started", APPLIED), ("noted", ONSITE_INTERVIEW)]


def test_a_move_from_before_the_change_stays_beside_an_earlier_mail_that_comes_late() -> None:
    late = fact("interview", day=2, mail="<late>", **ROLE)

    mailbox = after_setting(INTERVIEW, edit={"status": ONSITE_INTERVIEW}, then=[late])

    assert mailbox.history == [("started", APPLIED), ("moved", PHONE_SCREEN)]


def test_the_status_follows_mail_in_any_order_where_the_user_set_the_rejection_alone() -> None:
    late = fact("interview", day=14, **ROLE)

    for order in permutations([OFFERED, late]):
        mailbox = after_setting(edit={"rejected": False}, then=order)

        assert mailbox.history == [("started", APPLIED), ("moved", OFFER)]


def test_a_refusal_that_was_taken_back_leaves_no_later_mail_rejected() -> None:
    mailbox = after_setting(REFUSAL, edit={"status": ONSITE_INTERVIEW}, then=[VIEWED])

    mailbox.dismiss(REFUSAL.key)

    assert not mailbox.only.values.rejected
    assert not any(entry.rejected for entry in mailbox.only.entries)


def test_an_earlier_receipt_that_comes_late_is_the_only_beginning() -> None:
    earlier = fact(source="linkedin", minutes=-5, **ROLE)

    mailbox = after_setting(edit={"status": ONSITE_INTERVIEW}, then=[earlier])

    assert mailbox.history == [("started", APPLIED)]


@FEW
@given(mails(most=8), st.data())
def test_any_order_after_the_user_set_a_status_gives_the_same(
    facts: list[Fact], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(facts)))
    assume(mailbox_of(facts[:cut]).live)
    number, edit = data.draw(st.integers(0, 5)), data.draw(st.sampled_from(EDITS))
    rest = [replace(one, arrived_at=ARRIVAL + timedelta(days=2)) for one in facts[cut:]]
    found = []
    for order in (rest, data.draw(st.permutations(rest))):
        mailbox = mailbox_of(facts[:cut])
        mailbox.now += timedelta(days=1)
        mailbox.edit(mailbox.live[number % len(mailbox.live)].id, **edit)
        mailbox.match()
        for one in order:
            mailbox.receive(one)
        found.append((mailbox.shown, mailbox.asked))

    assert found[0] == found[1]
