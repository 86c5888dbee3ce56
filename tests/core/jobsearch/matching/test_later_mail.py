"""What mail did is not undone by later mail."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.jobsearch.matching.clues import order_of, read_clues
from core.jobsearch.matching.values import Fact
from core.jobsearch.statuses import APPLIED, PHONE_SCREEN
from tests.core.jobsearch.matching.mailbox import Mailbox, fact, mailbox_of
from tests.core.jobsearch.matching.mixtures import FEW, mails

ROLE = {"company": "Acme", "title": "Engineer"}
# Two receipts that nothing joins, until a third one names both the company and the title.
WITHOUT_TITLE = fact(source="workday", minutes=3, company="Acme")
WITHOUT_COMPANY = fact(source="linkedin", minutes=5, title="Engineer")


def stand(mailbox: Mailbox) -> dict[int, tuple[int, bool, bool, bool]]:
    """Return how far each application is by its id: status, rejection, and whether title and company are known."""
    return {
        one.id: (
            one.values.status,
            one.values.rejected,
            bool(one.values.title),
            bool(one.values.company),
        )
        for one in mailbox.live
    }


@FEW
@given(mails(), st.data())
def test_a_mail_that_is_later_than_all_others_undoes_nothing(
    facts: list[Fact], data: st.DataObject
) -> None:
    # A forward lost its moment: a mail that comes within a day may be the one that was forwarded.
    fetched = [replace(one, forwarded=False) for one in facts]
    *earlier, last = sorted(fetched, key=lambda one: order_of(read_clues(one)))
    mailbox = mailbox_of(earlier)
    assume(mailbox.live)
    mailbox.annotate(data.draw(st.sampled_from(mailbox.live)).id)
    before = stand(mailbox)

    mailbox.receive(last)

    after = stand(mailbox)
    assert before.keys() <= after.keys()
    for number, known in before.items():
        assert all(now >= then for then, now in zip(known, after[number], strict=True))


@pytest.mark.parametrize(
    ("kind", "status", "is_rejected"),
    [("rejected", APPLIED, True), ("interview", PHONE_SCREEN, False)],
)
def test_of_two_that_the_user_worked_on_and_that_turn_out_to_be_one_neither_falls_back(
    kind: str, status: int, is_rejected: bool
) -> None:
    moving = fact(kind, day=3, source="workday", company="Acme")
    viewed = [fact("viewed", day=day, source="linkedin", title="Engineer") for day in (1, 2)]
    mailbox = mailbox_of([WITHOUT_TITLE, WITHOUT_COMPANY, moving, *viewed])
    for one in mailbox.live:
        mailbox.annotate(one.id)

    mailbox.receive(fact(**ROLE))

    states = [(one.values.status, one.values.rejected) for one in mailbox.live]
    assert states == [(status, is_rejected)] * 2


def test_the_name_that_the_user_corrected_holds_where_two_first_mails_are_one() -> None:
    first = fact(company="Acme Careers", title="Engineer", mail="<a>")
    misread = fact(company="Careers", title="Cook", mail="<b>")
    refusal = fact("rejected", day=9, company="Globex", title="Engineer")
    mailbox = mailbox_of([first, misread])
    mailbox.edit(1, company="Globex")
    mailbox.receive(refusal)
    assert mailbox.applications[1].values.rejected

    mailbox.receive(fact(company="Acme Careers", title="Engineer", mail="<b>"))

    assert mailbox.only.values.company == "Globex"
    assert mailbox.only.values.rejected


def test_of_equal_moments_the_receipt_comes_before_the_refusal_that_may_mean_it() -> None:
    first = fact(location="Berlin", **ROLE)
    refusal = fact("rejected", day=20, **ROLE)
    second = fact(day=20, location="Munich", **ROLE)

    for order in permutations([refusal, second]):
        mailbox = mailbox_of([first])
        for one in order:
            mailbox.receive(one)

        assert [one.values.rejected for one in mailbox.live] == [False, False]
        assert mailbox.asked == [(refusal.key, "several", 2)]
