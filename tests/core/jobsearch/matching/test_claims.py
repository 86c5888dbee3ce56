"""Mail that only a header connects with its source may start an application, and moves what its own domain started."""

import pytest

from core.jobsearch.statuses import APPLIED, PHONE_SCREEN, TO_APPLY
from tests.core.jobsearch.matching.mailbox import Mailbox, fact, mailbox_of

ROLE = {"company": "Acme", "title": "Engineer", "source": "workday"}
BY_HEADER = {**ROLE, "claimed_by": "header", "sender": "jobs@acme.example"}


def test_it_may_start_an_application() -> None:
    assert mailbox_of([fact(**BY_HEADER)]).only.values.company == "Acme"


def test_it_moves_what_mail_from_the_same_domain_started() -> None:
    interview = fact("interview", day=2, **{**BY_HEADER, "sender": "people@acme.example"})

    assert mailbox_of([fact(**BY_HEADER), interview]).only.values.status == PHONE_SCREEN


def test_it_moves_what_mail_with_the_system_s_signature_started() -> None:
    receipt = fact(**ROLE, sender="acme@myworkday.example")
    refusal = fact("rejected", day=2, **BY_HEADER, signed_by=("myworkday.example",))

    assert mailbox_of([receipt, refusal]).only.values.rejected


def test_it_does_not_say_that_the_user_applied_for_what_was_still_to_do() -> None:
    mailbox = Mailbox()
    mailbox.enter(status=TO_APPLY)

    mailbox.receive(fact(**BY_HEADER))

    assert mailbox.only.values.status == TO_APPLY
    assert [reason for _, reason, _ in mailbox.asked] == ["unproven"]


@pytest.mark.parametrize("kind", ["interview", "offer", "rejected", "closed"])
def test_it_moves_nothing_that_another_domain_started_and_is_shown(kind: str) -> None:
    forged = fact(kind, day=2, **{**BY_HEADER, "sender": "jobs@evil.example"})

    mailbox = mailbox_of([fact(**BY_HEADER), forged])

    assert (mailbox.only.values.status, mailbox.only.values.rejected) == (APPLIED, False)
    assert mailbox.asked == [(forged.key, "unproven", 1)]


def test_a_forged_receipt_is_no_proof_for_the_mail_that_follows_it() -> None:
    evil = {**BY_HEADER, "sender": "jobs@evil.example"}
    forged = [fact(minutes=3, **evil), fact("rejected", day=2, **evil)]

    assert not mailbox_of([fact(**ROLE), *forged]).only.values.rejected


def test_the_receipt_of_a_system_beside_the_board_s_is_proof_for_its_signature() -> None:
    board = fact(**{**ROLE, "source": "linkedin"})
    system = fact(minutes=3, **ROLE, sender="acme@myworkday.example")
    refusal = fact("rejected", day=2, **BY_HEADER, signed_by=("myworkday.example",))

    assert mailbox_of([board, system, refusal]).only.values.rejected


def test_it_moves_nothing_that_the_user_entered() -> None:
    mailbox = Mailbox()
    mailbox.enter()

    mailbox.receive(fact("rejected", day=2, **BY_HEADER))

    assert not mailbox.only.values.rejected
    assert [reason for _, reason, _ in mailbox.asked] == ["unproven"]


def test_what_it_says_of_the_job_is_not_taken_over_where_it_is_not_proven() -> None:
    forged = {**BY_HEADER, "sender": "jobs@evil.example", "logo": "https://evil.example/logo.png"}

    assert mailbox_of([fact(**ROLE), fact("offer", day=2, **forged)]).only.values.logo is None


def test_mail_by_header_that_is_proven_no_better_ends_nothing_for_later_mail() -> None:
    forged = fact("withdrawn", day=2, **{**BY_HEADER, "sender": "jobs@evil.example"})
    refusal = fact("rejected", day=5, company="Acme", source="workday")

    assert mailbox_of([fact(**ROLE), forged, refusal]).only.values.rejected
