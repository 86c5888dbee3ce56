"""What the user did to an application stays where the mail that made it is gone, and other mail of it is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.jobsearch.matching.values import Fact, FactKey
from tests.core.jobsearch.matching.mailbox import ARRIVAL, DAY_ONE, Mailbox, fact, mailbox_of
from tests.core.jobsearch.matching.mixtures import FEW, mails

ROLE = {"company": "Acme Careers", "title": "Engineer"}
FIRST, SECOND = fact(**ROLE), fact(source="linkedin", minutes=3, **ROLE)
REFUSAL = fact("rejected", day=9, company="Acme", title="Engineer")
# Long after all that the user did.
NEXT_YEAR = {"day": 370, "arrived_at": DAY_ONE + timedelta(days=370)}
NAMES: dict[str, Any] = {"company": "Initech", "title": "Chief Engineer"}

GOES: dict[str, Callable[[Mailbox, FactKey], object]] = {
    "dismissed": lambda mailbox, key: mailbox.dismiss(key),
    "read worse": lambda mailbox, key: mailbox.lose(key),
    "deleted": lambda mailbox, key: mailbox.erase(key),
}


@pytest.mark.parametrize("how", GOES)
def test_mail_under_the_name_that_the_user_corrected_still_belongs_to_it(how: str) -> None:
    mailbox = mailbox_of([FIRST, SECOND])
    mailbox.edit(1, company="Acme")
    mailbox.receive(REFUSAL)

    GOES[how](mailbox, FIRST.key)

    assert (mailbox.only.values.company, mailbox.only.values.rejected) == ("Acme", True)


@pytest.mark.parametrize("how", GOES)
@pytest.mark.parametrize("act", ["delete", "reject"])
def test_an_application_after_the_user_was_done_with_it_is_a_new_one(how: str, act: str) -> None:
    mailbox = mailbox_of([FIRST, SECOND])
    if act == "delete":
        mailbox.delete(1)
    else:
        mailbox.edit(1, rejected=True)
    GOES[how](mailbox, FIRST.key)

    mailbox.receive(fact(**ROLE, **NEXT_YEAR))

    assert [one.id for one in mailbox.live if not one.values.rejected] == [2]


@pytest.mark.parametrize("how", GOES)
def test_what_the_user_did_after_the_first_mail_was_gone_stays_too(how: str) -> None:
    third = fact(source="workday", minutes=5, **ROLE)
    mailbox = mailbox_of([FIRST, SECOND, third])
    GOES[how](mailbox, FIRST.key)
    mailbox.edit(1, company="Acme")
    mailbox.receive(REFUSAL)

    GOES[how](mailbox, SECOND.key)

    assert (mailbox.only.id, mailbox.only.values.rejected) == (1, True)


@pytest.mark.parametrize("how", GOES)
def test_what_the_user_did_to_one_is_never_done_to_what_the_user_entered(how: str) -> None:
    mailbox = mailbox_of([FIRST, replace(SECOND, arrived_at=ARRIVAL + timedelta(days=2))])
    mailbox.edit(1, company="Acme", rejected=True)
    entered = mailbox.enter(company="Acme Careers", made_at=ARRIVAL + timedelta(days=1))
    mailbox.match()

    GOES[how](mailbox, FIRST.key)
    mailbox.receive(fact("viewed", day=10, **ROLE), REFUSAL)

    assert not mailbox.applications[entered].values.rejected


def test_mail_that_is_left_with_another_application_takes_nothing_from_that() -> None:
    mailbox = mailbox_of(
        [
            fact(requisition="R-1", **ROLE),
            fact("viewed", day=3, requisition="R-1", **ROLE),
            fact(source="linkedin", day=1, requisition="R-2", **ROLE),
        ]
    )
    mailbox.edit(1, rejected=True)
    mailbox.annotate(2)

    mailbox.receive(fact("viewed", day=3, requisition="R-2", **ROLE))
    mailbox.erase(fact(requisition="R-1", **ROLE).key)

    assert {one.id: one.values.rejected for one in mailbox.live} == {1: True, 2: False}


@pytest.mark.parametrize("how", GOES)
def test_an_application_without_mail_takes_no_other_one_that_later_mail_belongs_to(
    how: str,
) -> None:
    link = "https://www.linkedin.com/jobs/view/4285785299/"
    first = fact(company="Acme", title="Engineer", source="linkedin", link=link)
    mailbox = mailbox_of([first, fact(company="Acme", title="Designer", minutes=9)])
    mailbox.edit(1, title="Chief Engineer")
    GOES[how](mailbox, first.key)

    mailbox.receive(fact("viewed", day=9, company="Acme", source="linkedin", link=link))

    titles = {one.id: (one.values.title, len(one.entries)) for one in mailbox.live}
    assert (titles[1][0], titles[2]) == ("Chief Engineer", ("Designer", 2))


def edited(facts: list[Fact], data: st.DataObject) -> tuple[Mailbox, int]:
    """Return a user's mailbox with all of the facts, and the application that the user named and rejected."""
    mailbox = mailbox_of(facts)
    several = [one for one in mailbox.live if len(one.entries) > 1]
    assume(several)
    one = data.draw(st.sampled_from(several))
    mailbox.now += timedelta(days=1)
    mailbox.edit(one.id, rejected=True, **NAMES)
    mailbox.match()
    return mailbox, one.id


def held_by(mailbox: Mailbox, number: int) -> set[FactKey]:
    """Return the facts of an application that are still found."""
    found = {key for key, known in mailbox.facts.items() if known.found}
    return found.intersection(entry.fact for entry in mailbox.applications[number].entries)


@FEW
@given(mails(most=8), st.data(), st.sampled_from(sorted(GOES)))
def test_what_the_user_called_it_stays_with_any_mail_that_is_left(
    facts: list[Fact], data: st.DataObject, how: str
) -> None:
    mailbox, number = edited(facts, data)

    GOES[how](mailbox, data.draw(st.sampled_from(mailbox.applications[number].entries)).fact)
    later = replace(
        fact("viewed", mail="<later>", **NAMES),
        arrived_at=ARRIVAL + timedelta(days=2),
        occurred_at=max(known.occurred_at for known in facts) + timedelta(days=1),
    )
    mailbox.receive(later)

    assert mailbox.applications[number].values.rejected
    held = held_by(mailbox, number)
    assert later.key in held or not held


@FEW
@given(mails(most=5), mails(most=3), st.data())
def test_the_order_of_new_mail_and_of_what_is_taken_back_or_lost_does_not_matter(
    facts: list[Fact], more: list[Fact], data: st.DataObject
) -> None:
    before, number = edited(facts, data)
    arrived_at = ARRIVAL + timedelta(days=2)
    new = [
        replace(one, arrived_at=arrived_at, key=FactKey(f"new {one.key.mail}", one.key.position))
        for one in more
    ]
    goes = st.tuples(st.sampled_from(["dismissed", "read worse"]), st.sampled_from(facts))
    acts = [*new, *data.draw(st.lists(goes, min_size=1, max_size=3))]

    found = []
    for order in (acts, data.draw(st.permutations(acts))):
        mailbox = replace(before, applications=dict(before.applications), facts=dict(before.facts))
        for act in order:
            if isinstance(act, Fact):
                mailbox.receive(act)
            else:
                GOES[act[0]](mailbox, act[1].key)
        held = held_by(mailbox, number)
        found.append((held, mailbox.asked, held and mailbox.applications[number].values))

    assert found[0] == found[1]


@FEW
@given(mails(most=6), st.data())
def test_mail_that_counts_again_belongs_where_it_belonged(
    facts: list[Fact], data: st.DataObject
) -> None:
    mailbox, number = edited(facts, data)
    before = held_by(mailbox, number), mailbox.applications[number].values, mailbox.asked

    keys = data.draw(st.lists(st.sampled_from([one.key for one in facts]), unique=True, min_size=1))
    for key in keys:
        GOES[data.draw(st.sampled_from(["dismissed", "read worse"]))](mailbox, key)
    for key in data.draw(st.permutations(keys)):
        mailbox.receive(replace(mailbox.facts[key], dismissed=False, found=True))

    after = held_by(mailbox, number), mailbox.applications[number].values, mailbox.asked
    assert after == before
