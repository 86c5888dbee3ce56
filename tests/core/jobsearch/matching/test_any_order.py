"""Mail gives the same applications in whatever order it arrives, and the user's acts in between stay."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.jobsearch.matching import find_changes
from core.jobsearch.matching.values import Changes, Fact, FactKey
from core.jobsearch.statuses import ONSITE_INTERVIEW
from tests.core.jobsearch.matching import mixtures
from tests.core.jobsearch.matching.mailbox import ARRIVAL, Mailbox, mailbox_of
from tests.core.jobsearch.matching.mixtures import mails, year_of_mail

FEW = settings(mixtures.FEW, max_examples=40)
EDITS: tuple[dict[str, Any], ...] = (
    {"title": "Chief Engineer"},
    {"company": "Globex"},
    {"status": ONSITE_INTERVIEW},
    {"rejected": False},
    {"rejected": True},
)


def seen(mailbox: Mailbox) -> tuple[object, ...]:
    return mailbox.shown, mailbox.asked, mailbox.changes.unmatched


@FEW
@given(mails(), st.randoms(use_true_random=False))
def test_any_order_of_the_facts_gives_equal_changes(
    facts: list[Fact], order: random.Random
) -> None:
    shuffled = order.sample(facts, len(facts))

    assert find_changes([], shuffled) == find_changes([], facts)


@FEW
@given(mails(), st.randoms(use_true_random=False))
def test_mail_one_by_one_in_any_order_gives_what_all_of_it_at_once_gives(
    facts: list[Fact], order: random.Random
) -> None:
    mailbox = Mailbox()
    for fact in order.sample(facts, len(facts)):
        mailbox.receive(fact)

    assert seen(mailbox) == seen(mailbox_of(facts))


@FEW
@given(mails(), st.randoms(use_true_random=False))
def test_what_the_user_entered_before_is_matched_in_any_order(
    facts: list[Fact], order: random.Random
) -> None:
    boxes = [Mailbox(), Mailbox()]
    for mailbox in boxes:
        mailbox.enter()
        mailbox.enter(company="Globex", title="Designer", day=2)
    boxes[0].receive(*facts)
    for fact in order.sample(facts, len(facts)):
        boxes[1].receive(fact)

    assert seen(boxes[0]) == seen(boxes[1])


@FEW
@given(mails(), st.data())
def test_mail_that_the_user_took_back_at_any_time_is_as_if_it_had_never_come(
    facts: list[Fact], data: st.DataObject
) -> None:
    taken = data.draw(st.sampled_from(facts))
    until = data.draw(st.integers(facts.index(taken) + 1, len(facts)))
    early, late = Mailbox(), mailbox_of(facts)
    early.receive(*facts[:until])
    early.dismiss(taken.key)
    early.receive(*facts[until:])
    late.dismiss(taken.key)

    assert seen(early) == seen(late)
    assert all(entry.fact != taken.key for one in early.live for entry in one.entries)


@FEW
@given(mails(), st.data(), st.integers(-5, 24 * 40))
def test_a_mail_that_comes_again_or_is_forwarded_hours_later_changes_no_application(
    facts: list[Fact], data: st.DataObject, hours: int
) -> None:
    named = [one for one in facts if not one.forwarded and (one.title or one.company)]
    assume(named)
    one = data.draw(st.sampled_from(named))
    again = replace(one, key=FactKey("<again>", 0))
    later = one.occurred_at + timedelta(hours=hours)
    forward = replace(again, forwarded=True, occurred_at=later, applied_at=later)
    before = [shown.values for shown in mailbox_of(facts).live]

    for copy in (again, forward):
        assert [shown.values for shown in mailbox_of([copy, *facts]).live] == before


@FEW
@given(mails(), st.data())
def test_what_the_user_deleted_or_edited_stays_when_all_mail_is_deleted_and_comes_again(
    facts: list[Fact], data: st.DataObject
) -> None:
    mailbox = mailbox_of(facts)
    assume(mailbox.live)
    one = data.draw(st.sampled_from(mailbox.live))
    if data.draw(st.booleans()):
        mailbox.delete(one.id)
    else:
        mailbox.edit(one.id, **data.draw(st.sampled_from(EDITS)))
    mailbox.match()
    before = [shown.values for shown in mailbox.live]
    mailbox.forget()
    for fact in data.draw(st.permutations(facts)):
        mailbox.receive(fact)

    assert [shown.values for shown in mailbox.live] == before


@FEW
@given(mails(), st.data())
def test_events_that_vanish_leave_what_the_others_give(
    facts: list[Fact], data: st.DataObject
) -> None:
    gone = set(data.draw(st.lists(st.sampled_from([fact.key for fact in facts]))))
    mailbox = mailbox_of(facts)
    mailbox.lose(*gone)

    assert seen(mailbox) == seen(mailbox_of(fact for fact in facts if fact.key not in gone))


@FEW
@given(mails(), st.data())
def test_what_the_user_does_in_between_stays(facts: list[Fact], data: st.DataObject) -> None:
    mailbox, edited, deleted, taken = Mailbox(), dict[tuple[int, str], Any](), set(), set[FactKey]()
    for fact in facts:
        mailbox.receive(fact)
        if data.draw(st.integers(0, 5)) == 0:
            mailbox.enter(company="Meta")
            mailbox.match()
        if not mailbox.live:
            continue
        one = data.draw(st.sampled_from(mailbox.live))
        act = data.draw(
            st.sampled_from(("nothing", "nothing", "edit", "delete", "note", "dismiss"))
        )
        match act:
            case "edit":
                values = data.draw(st.sampled_from(EDITS))
                mailbox.edit(one.id, **values)
                edited |= {(one.id, name): value for name, value in values.items()}
            case "delete":
                mailbox.delete(one.id)
                deleted.add(one.id)
            case "note":
                mailbox.annotate(one.id)
            case "dismiss" if one.entries:
                mailbox.dismiss(one.entries[0].fact)
                taken.add(one.entries[0].fact)
        mailbox.match()

    for (number, name), value in edited.items():
        assert getattr(mailbox.applications[number].values, name) == value
    assert all(mailbox.applications[number].deleted for number in deleted)
    assert not {entry.fact for one in mailbox.live for entry in one.entries} & taken


@FEW
@given(mails())
def test_every_fact_belongs_to_one_application_or_is_unmatched(facts: list[Fact]) -> None:
    changes = find_changes([], facts)

    placed = [entry.fact for new in changes.create for entry in new.entries]
    assert sorted([*placed, *changes.unmatched]) == sorted(fact.key for fact in facts)


@FEW
@given(mails())
def test_no_status_ever_falls_and_no_refusal_is_undone_by_mail(facts: list[Fact]) -> None:
    twins_last = {
        entry.fact
        for new in find_changes([], facts).create
        for entry in new.entries
        if entry.effect == "repeated"
    }
    for new in find_changes([], facts).create:
        steps = [entry for entry in new.entries if entry.fact not in twins_last]
        statuses = [entry.status for entry in steps]
        assert statuses == sorted(statuses)
        refused = [entry.rejected for entry in steps]
        assert refused == sorted(refused)
        assert new.values.status == max(entry.status for entry in new.entries)


def test_two_thousand_events_in_fifty_orders_give_one_set_of_applications() -> None:
    facts = year_of_mail(7, events=2000)
    order = random.Random(1)  # noqa: S311 - the orders have to be the same each time
    expected = find_changes([], facts)

    found: list[Changes] = [find_changes([], order.sample(facts, len(facts))) for _ in range(50)]

    assert len(expected.create) > 500
    assert all(changes == expected for changes in found)


def test_a_year_of_mail_that_arrives_in_parts_gives_what_all_of_it_gives() -> None:
    facts = year_of_mail(11, events=400)
    order = random.Random(2)  # noqa: S311 - as above
    mailbox = Mailbox()
    arriving = order.sample(facts, len(facts))
    for start in range(0, len(arriving), 40):
        mailbox.receive(*arriving[start : start + 40])

    assert seen(mailbox) == seen(mailbox_of(facts))
    assert all(one.made_at == ARRIVAL for one in mailbox.live)
