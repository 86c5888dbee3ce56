"""What the user entered, edited, deleted or took back wins over mail, also when mail is read again."""

from datetime import timedelta

import pytest

from core.jobsearch.statuses import APPLIED, OFFER, ONSITE_INTERVIEW, PHONE_SCREEN, TO_APPLY
from tests.core.jobsearch.matching.mailbox import ARRIVAL, Mailbox, fact, mailbox_of

ROLE = {"company": "Acme", "title": "Engineer"}
RECEIPT = fact(**ROLE)
REFUSAL = fact("rejected", day=9, **ROLE)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Lead Engineer"),
        ("company", "Acme Robotics"),
        ("status", ONSITE_INTERVIEW),
        ("rejected", False),
    ],
)
def test_an_edited_field_keeps_the_user_s_value(field: str, value: object) -> None:
    mailbox = mailbox_of([RECEIPT])
    mailbox.edit(mailbox.only.id, **{field: value})

    mailbox.receive(fact("interview", day=4, **ROLE), REFUSAL, fact("offer", day=12, **ROLE))

    assert getattr(mailbox.only.values, field) == value


def test_a_refusal_that_the_user_undid_stays_undone() -> None:
    mailbox = mailbox_of([RECEIPT, REFUSAL])
    mailbox.edit(mailbox.only.id, rejected=False)

    mailbox.match()

    assert not mailbox.only.values.rejected
    assert [entry.effect for entry in mailbox.only.entries] == ["started", "rejected"]


def test_mail_that_comes_after_the_user_set_the_status_is_history_alone() -> None:
    mailbox = mailbox_of([RECEIPT])
    mailbox.edit(mailbox.only.id, status=ONSITE_INTERVIEW)

    mailbox.receive(fact("offer", day=12, **ROLE))

    entry = mailbox.only.entries[-1]
    assert (entry.effect, entry.status) == ("noted", ONSITE_INTERVIEW)


def test_a_field_that_the_user_did_not_edit_still_follows_mail() -> None:
    mailbox = mailbox_of([RECEIPT])
    mailbox.edit(mailbox.only.id, status=ONSITE_INTERVIEW)

    mailbox.receive(REFUSAL)

    assert mailbox.only.values.rejected


def test_mail_under_the_name_that_the_user_corrected_is_of_the_same_application() -> None:
    mailbox = mailbox_of([fact(company="Acme Careers Page", title="Engineer")])
    mailbox.edit(mailbox.only.id, company="Acme")

    mailbox.receive(REFUSAL)

    assert mailbox.only.values.rejected


def test_a_corrected_title_brings_no_company_that_better_reading_takes_away() -> None:
    receipt = fact(title="Engineer", source="linkedin", day=2)
    mailbox = mailbox_of([receipt, fact("withdrawn", day=20, source="linkedin", **ROLE)])
    mailbox.edit(1, title="Chief Engineer")

    mailbox.receive(fact(source="linkedin", mail="<earlier>", **ROLE))

    assert [one.values.company for one in mailbox.live] == ["Acme", ""]


def test_a_deleted_application_stays_deleted_when_its_mail_goes_on() -> None:
    mailbox = mailbox_of([RECEIPT])
    mailbox.delete(1)

    mailbox.receive(fact(source="linkedin", minutes=3, **ROLE), REFUSAL)

    assert not mailbox.live


def test_a_deleted_application_stays_deleted_when_its_mail_is_lost_and_read_again() -> None:
    mailbox = mailbox_of([RECEIPT])
    mailbox.delete(1)
    mailbox.lose(RECEIPT.key)

    mailbox.receive(RECEIPT)

    assert not mailbox.live


def test_a_deleted_application_stays_deleted_when_its_mail_is_deleted_and_comes_again() -> None:
    mailbox = mailbox_of([RECEIPT, REFUSAL])
    mailbox.delete(1)
    mailbox.forget()

    mailbox.receive(REFUSAL, fact(source="linkedin", minutes=3, **ROLE), RECEIPT)

    assert not mailbox.live


def test_a_deleted_application_does_not_return_in_parts_where_the_mail_of_all_is_lost() -> None:
    without_title = fact(source="workday", minutes=3, company="Acme")
    without_company = fact(source="linkedin", minutes=5, title="Engineer")
    mailbox = mailbox_of([RECEIPT, without_title, without_company])
    mailbox.now += timedelta(days=1)
    mailbox.delete(mailbox.only.id)

    mailbox.lose(RECEIPT.key)
    assert not mailbox.live

    mailbox.receive(RECEIPT)
    assert not mailbox.live


def test_an_application_that_was_deleted_hides_no_mail_that_came_later() -> None:
    without_title = fact(source="workday", minutes=3, company="Acme")
    later = ARRIVAL + timedelta(days=2)
    mailbox = mailbox_of([RECEIPT, without_title])
    mailbox.now += timedelta(days=1)
    mailbox.delete(mailbox.only.id)
    mailbox.receive(fact(source="linkedin", minutes=5, title="Engineer", arrived_at=later))
    assert not mailbox.live

    mailbox.lose(RECEIPT.key)

    assert mailbox.only.values.title == "Engineer"


def test_an_edited_application_gets_its_mail_back_when_that_was_deleted_and_comes_again() -> None:
    mailbox = mailbox_of([RECEIPT])
    mailbox.edit(1, title="Lead Engineer")
    mailbox.forget()

    mailbox.receive(RECEIPT, REFUSAL)

    assert (mailbox.only.id, mailbox.only.values.title) == (1, "Lead Engineer")
    assert mailbox.only.values.rejected


def test_a_deletion_stays_with_the_application_that_the_user_saw_while_mail_is_lost_and_found() -> (
    None
):
    link = "https://www.linkedin.com/jobs/view/4285785299/"
    first = fact(company="Acme Group", title="Cook", link=link)
    refusal = fact("rejected", day=9, company="Acme Group", title="Cook", link=link)
    mailbox = mailbox_of([first, refusal, fact(day=30, **ROLE, link=link)])
    mailbox.delete(2)
    mailbox.lose(first.key, refusal.key)

    mailbox.receive(first)
    mailbox.receive(refusal)

    assert mailbox.only.values.title == "Cook"


def test_of_two_that_turn_out_to_be_one_what_the_user_ended_is_over() -> None:
    second = fact(minutes=9, **ROLE, requisition="R-2", mail="<second>")
    mailbox = mailbox_of([fact(**ROLE, requisition="R-1"), second])
    mailbox.edit(1, rejected=True)

    better = fact(minutes=9, **ROLE, requisition="R-1", mail="<second>")
    mailbox.receive(better, fact(day=300, **ROLE, requisition="R-1"))

    assert [one.values.rejected for one in mailbox.live] == [True, False]


def test_of_two_that_turn_out_to_be_one_the_one_that_the_user_left_stays() -> None:
    second = fact(minutes=9, **ROLE, requisition="R-2", mail="<second>")
    mailbox = mailbox_of([fact(**ROLE, requisition="R-1"), second])
    mailbox.delete(1)

    mailbox.receive(fact(minutes=9, **ROLE, requisition="R-1", mail="<second>"))

    assert mailbox.only.id == 2


def test_an_application_after_the_deletion_is_a_new_one() -> None:
    mailbox = mailbox_of([RECEIPT])
    mailbox.delete(1)
    since = (ARRIVAL - RECEIPT.occurred_at) / timedelta(days=1)

    mailbox.receive(fact(day=since + 2, **ROLE))

    assert mailbox.only.id == 2


def test_mail_belongs_to_the_application_that_the_user_entered_before() -> None:
    mailbox = Mailbox()
    entered = mailbox.enter(title="engineer (m/w/d)", company="ACME Inc.")

    mailbox.receive(RECEIPT, fact("interview", day=4, **ROLE))

    assert mailbox.only.id == entered
    assert mailbox.only.values.title == "engineer (m/w/d)"
    assert mailbox.only.values.status == PHONE_SCREEN


def test_what_the_user_entered_and_deleted_before_any_mail_hides_none() -> None:
    mailbox = Mailbox()
    mailbox.delete(mailbox.enter())

    mailbox.receive(fact(arrived_at=ARRIVAL + timedelta(days=1), **ROLE))

    assert mailbox.only.values.title == "Engineer"


def test_what_the_user_entered_and_deleted_after_its_mail_stays_deleted() -> None:
    mailbox = Mailbox()
    entered = mailbox.enter()
    mailbox.receive(RECEIPT)
    mailbox.delete(entered)

    later = {"arrived_at": ARRIVAL + timedelta(days=1), **ROLE}
    mailbox.receive(fact(source="linkedin", minutes=3, **later), fact("offer", day=3, **later))

    assert not mailbox.live


def test_a_receipt_moves_what_the_user_meant_to_apply_for() -> None:
    mailbox = Mailbox()
    mailbox.enter(status=TO_APPLY)

    mailbox.receive(RECEIPT)

    assert mailbox.only.values.status == APPLIED
    assert mailbox.only.entries[0].effect == "moved"


def test_what_the_user_enters_after_the_mail_stays_an_application_of_its_own() -> None:
    mailbox = mailbox_of([RECEIPT])
    mailbox.enter(made_at=ARRIVAL + timedelta(days=1))

    mailbox.receive(REFUSAL)

    assert len(mailbox.live) == 2


def test_mail_never_moves_an_application_with_a_status_of_the_operator_s() -> None:
    mailbox = Mailbox()
    mailbox.enter(status=17)

    mailbox.receive(RECEIPT, fact("offer", day=4, **ROLE))

    assert mailbox.only.values.status == 17


def test_a_mail_that_the_user_took_back_stays_taken_back() -> None:
    mailbox = mailbox_of([RECEIPT, REFUSAL])

    mailbox.dismiss(REFUSAL.key)
    mailbox.receive(fact("viewed", day=10, **ROLE))

    assert not mailbox.only.values.rejected


def test_a_mail_that_was_taken_back_does_nothing_by_another_way() -> None:
    mailbox = mailbox_of([RECEIPT, REFUSAL])
    mailbox.dismiss(REFUSAL.key)

    mailbox.receive(fact("rejected", day=9, mail="<forwarded>", forwarded=True, **ROLE))

    assert not mailbox.only.values.rejected


def test_a_mail_that_was_taken_back_and_is_no_longer_found_does_nothing_by_another_way() -> None:
    mailbox = mailbox_of([RECEIPT, REFUSAL])
    mailbox.dismiss(REFUSAL.key)

    mailbox.lose(REFUSAL.key)
    mailbox.receive(fact("rejected", day=9, mail="<again>", **ROLE))

    assert not mailbox.only.values.rejected


def test_taking_back_an_offer_returns_to_the_status_that_the_user_entered() -> None:
    mailbox = Mailbox()
    mailbox.enter(status=PHONE_SCREEN)
    offer = fact("offer", day=3, **ROLE)
    mailbox.receive(offer)
    assert mailbox.only.values.status == OFFER

    mailbox.dismiss(offer.key)

    assert mailbox.only.values.status == PHONE_SCREEN
    assert not mailbox.only.entries


def test_an_application_goes_with_the_only_mail_that_started_it() -> None:
    mailbox = mailbox_of([RECEIPT])

    mailbox.dismiss(RECEIPT.key)
    mailbox.receive(REFUSAL)

    assert not mailbox.applications


def test_an_application_stays_with_the_other_receipt_when_one_is_taken_back() -> None:
    system = fact(minutes=3, **ROLE)
    mailbox = mailbox_of([fact(source="linkedin", **ROLE), system])
    (before,) = mailbox.applications

    mailbox.dismiss(fact(source="linkedin", **ROLE).key)

    assert mailbox.only.id == before
    assert [entry.fact for entry in mailbox.only.entries] == [system.key]


@pytest.mark.parametrize("act", ["edit", "annotate"])
def test_what_the_user_worked_on_stays_when_its_mail_is_taken_back(act: str) -> None:
    mailbox = mailbox_of([RECEIPT, REFUSAL])
    if act == "edit":
        mailbox.edit(1, title="Lead Engineer")
    else:
        mailbox.annotate(1)

    mailbox.dismiss(RECEIPT.key)

    assert not mailbox.only.values.rejected
    assert not mailbox.only.entries


def test_a_mail_that_is_read_better_changes_the_application_and_keeps_its_id() -> None:
    mailbox = mailbox_of([fact(company="Acme", title="Engeneer", mail="<one>")])

    mailbox.receive(fact(company="Acme", title="Engineer", mail="<one>"))

    assert mailbox.only.id == 1
    assert mailbox.only.values.title == "Engineer"


def test_an_event_that_is_no_longer_found_takes_its_effect_back() -> None:
    mailbox = mailbox_of([RECEIPT, REFUSAL])

    mailbox.lose(REFUSAL.key)

    assert not mailbox.only.values.rejected


def test_an_earlier_receipt_that_arrives_later_keeps_the_application_s_id() -> None:
    mailbox = mailbox_of([fact(minutes=3, **ROLE)])

    mailbox.receive(fact(source="linkedin", **ROLE))

    assert mailbox.only.id == 1
    assert mailbox.only.values.source == "linkedin"


def test_of_two_that_turn_out_to_be_one_the_user_s_work_stays() -> None:
    second = fact(minutes=9, **ROLE, requisition="R-2", mail="<second>")
    mailbox = mailbox_of([fact(**ROLE, requisition="R-1"), second])
    mailbox.annotate(2)

    mailbox.receive(fact(minutes=9, **ROLE, requisition="R-1", mail=second.key.mail))

    assert mailbox.only.id == 2


OTHER = {"company": "Acme", "title": "Designer"}
QUESTIONS = {
    "rejected": {"rejected": True},
    "offer": {"status": OFFER},
    "interview": {"status": ONSITE_INTERVIEW},
}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_question_is_answered_once_the_user_did_to_one_what_the_mail_says(kind: str) -> None:
    mailbox = mailbox_of([RECEIPT, fact(minutes=9, **OTHER), fact(kind, day=9, company="Acme")])
    assert [reason for _, reason, _ in mailbox.asked] == ["several"]

    mailbox.edit(1, **QUESTIONS[kind])
    mailbox.match()

    assert not mailbox.asked
    assert mailbox.applications[2].values.status == APPLIED
    assert not mailbox.applications[2].values.rejected


def test_a_question_stays_while_the_user_did_something_else() -> None:
    mailbox = mailbox_of([RECEIPT, fact(minutes=9, **OTHER), fact("offer", day=9, company="Acme")])

    mailbox.edit(1, status=PHONE_SCREEN)
    mailbox.match()

    assert [reason for _, reason, _ in mailbox.asked] == ["several"]
