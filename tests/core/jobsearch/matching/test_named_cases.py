"""The cases that a job seeker's mail is known to have, one by one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.jobsearch.matching.values import FactKey
from core.jobsearch.statuses import APPLIED, OFFER, PHONE_SCREEN
from tests.core.jobsearch.matching.mailbox import DAY_ONE, fact, mailbox_of

LATER = DAY_ONE + timedelta(days=9)
ROLE = {"company": "Acme", "title": "Engineer"}
WITHOUT_ROLE = {"company": "Acme"}


def test_the_receipts_of_board_and_system_minutes_apart_are_one_application() -> None:
    board = fact(source="linkedin", **ROLE)
    system = fact(minutes=3, company="ACME Inc.", title="Engineer (m/w/d)")

    application = mailbox_of([board, system]).only

    assert [entry.effect for entry in application.entries] == ["started", "repeated"]
    assert application.values.source == "linkedin"


def test_a_system_s_receipt_without_title_is_of_the_board_s_application_of_that_day() -> None:
    named, nameless = fact(source="linkedin", **ROLE), fact(minutes=3, **WITHOUT_ROLE)

    assert mailbox_of([named, nameless]).only.values.title == "Engineer"


@pytest.mark.parametrize("first", ["titled", "untitled"])
def test_a_receipt_without_title_and_one_of_another_system_with_it_are_one(first: str) -> None:
    titled, untitled = fact(source="linkedin", **ROLE), fact(**WITHOUT_ROLE)
    later = {"titled": untitled, "untitled": titled}[first]
    moved = replace(later, occurred_at=fact(minutes=5).occurred_at)
    facts = [moved, untitled if later is titled else titled]

    assert mailbox_of(facts).only.values.title == "Engineer"


def test_a_receipt_without_title_weeks_later_is_another_application() -> None:
    mailbox = mailbox_of([fact(source="linkedin", **ROLE), fact(day=20, **WITHOUT_ROLE)])

    assert [one.values.title for one in mailbox.live] == ["Engineer", ""]


def test_the_same_receipt_twice_for_two_titles_is_two_applications() -> None:
    mailbox = mailbox_of([fact(**ROLE), fact(minutes=2, company="Acme", title="Designer")])

    assert [one.values.title for one in mailbox.live] == ["Engineer", "Designer"]


def test_the_same_receipt_twice_without_titles_is_two_applications() -> None:
    assert len(mailbox_of([fact(**WITHOUT_ROLE), fact(minutes=5, **WITHOUT_ROLE)]).live) == 2


@pytest.mark.parametrize("field", ["requisition", "link", "location"])
def test_one_title_with_two_numbers_links_or_places_is_two_applications(field: str) -> None:
    values = {
        "requisition": ("R-122920", "R-122404"),
        "link": ("https://acme.example/jobs/4001001/", "https://acme.example/jobs/4001002/"),
        "location": ("Berlin", "Munich"),
    }[field]
    facts = [fact(minutes=5 * n, **ROLE, **{field: values[n]}) for n in range(2)]

    assert len(mailbox_of(facts).live) == 2


def test_two_receipts_of_one_system_with_different_subjects_are_one_application() -> None:
    thanks = fact(template="thank you for applying to {company}", **WITHOUT_ROLE)
    received = fact(minutes=4, template="application received", **WITHOUT_ROLE)

    assert len(mailbox_of([thanks, received]).live) == 1


def test_a_refusal_of_this_role_only_leaves_the_other_open() -> None:
    other = fact(minutes=9, company="Acme", title="Designer")

    mailbox = mailbox_of([fact(**ROLE), other, fact("rejected", day=9, **ROLE)])

    assert [(one.values.title, one.values.rejected) for one in mailbox.live] == [
        ("Engineer", True),
        ("Designer", False),
    ]


@pytest.mark.parametrize("second", ["Designer", None])
def test_a_refusal_without_role_while_two_are_open_changes_nothing_and_is_shown(
    second: str | None,
) -> None:
    receipts = [fact(**ROLE), fact(day=2, company="Acme", title=second)]
    mailbox = mailbox_of(receipts)

    changes = mailbox.receive(fact("rejected", day=9, **WITHOUT_ROLE))

    (question,) = changes.questions
    assert not changes.update
    assert question.candidates == tuple(one.id for one in mailbox.live)
    assert not any(one.values.rejected for one in mailbox.live)


def test_a_refusal_without_role_is_of_the_employer_s_only_open_application() -> None:
    refused = fact("rejected", day=5, company="Acme", title="Designer")
    facts = [fact(**ROLE), fact(day=2, company="Acme", title="Designer"), refused]

    mailbox = mailbox_of([*facts, fact("rejected", day=9, **WITHOUT_ROLE)])

    assert [one.values.rejected for one in mailbox.live] == [True, True]
    assert not mailbox.changes.questions


def test_a_refusal_without_role_years_later_is_of_no_application() -> None:
    mailbox = mailbox_of([fact(**ROLE), fact("rejected", day=800, **WITHOUT_ROLE)])

    assert not mailbox.only.values.rejected


def test_a_refusal_that_arrives_before_its_receipt_waits_for_it() -> None:
    mailbox = mailbox_of([fact("rejected", day=9, **WITHOUT_ROLE)])
    assert not mailbox.live

    mailbox.receive(fact(**ROLE))

    assert mailbox.only.values.rejected


def test_a_refusal_of_a_title_that_none_has_is_shown_beside_what_is_open() -> None:
    mailbox = mailbox_of([fact(**ROLE), fact("rejected", day=9, company="Acme", title="Cook")])

    assert not mailbox.only.values.rejected
    assert [one.candidates for one in mailbox.changes.questions] == [(mailbox.only.id,)]


def test_an_application_after_a_refusal_is_a_new_one() -> None:
    first = [fact(**ROLE), fact("rejected", day=9, **ROLE)]

    mailbox = mailbox_of([*first, fact(day=30, **ROLE), fact("interview", day=40, **ROLE)])

    assert [(one.values.status, one.values.rejected) for one in mailbox.live] == [
        (APPLIED, True),
        (PHONE_SCREEN, False),
    ]


def test_an_application_after_a_refusal_is_a_new_one_even_for_the_same_posting() -> None:
    link = "https://www.linkedin.com/jobs/view/4285785299/"
    facts = [fact(**ROLE, link=link), fact("rejected", day=9, link=link)]

    assert len(mailbox_of([*facts, fact(day=30, **ROLE, link=link)]).live) == 2


@pytest.mark.parametrize("sender", ["acme@myworkday.example", "a{n}@myworkday.example"])
def test_one_employer_under_three_names_with_one_requisition_is_one_application(
    sender: str,
) -> None:
    names = ("Acme", "Globex Holdings", "Initech Ventures")
    facts = [
        fact(
            kind,
            day=n,
            company=names[n],
            title="Engineer",
            requisition="R-122404",
            sender=sender.format(n=n),
        )
        for n, kind in enumerate(("applied", "interview", "rejected"))
    ]

    application = mailbox_of(facts).only

    assert (application.values.company, application.values.status) == ("Acme", PHONE_SCREEN)
    assert application.values.rejected


@pytest.mark.parametrize("domain", ["{name}@myworkday.example", "jobs@{name}.example"])
def test_one_requisition_of_two_employers_with_addresses_of_their_own_is_two(domain: str) -> None:
    facts = [
        fact(
            minutes=n,
            company=name,
            title="Engineer",
            requisition="R-1",
            sender=domain.format(name=name),
        )
        for n, name in enumerate(("acme", "globex"))
    ]

    mailbox = mailbox_of(
        [*facts, replace(facts[1], key=FactKey("<no>", 0), kind="rejected", occurred_at=LATER)]
    )

    assert [one.values.rejected for one in mailbox.live] == [False, True]


def test_a_mail_without_title_never_overwrites_a_title() -> None:
    link = "https://www.linkedin.com/jobs/view/4285785299/"
    later = fact("viewed", day=1, company="Acme", link=link)

    assert mailbox_of([fact(**ROLE, link=link), later]).only.values.title == "Engineer"


def test_a_mail_that_was_fetched_and_forwarded_changes_nothing() -> None:
    receipt = fact(**ROLE)
    mailbox = mailbox_of([receipt, fact("rejected", day=1, **ROLE)])
    before = mailbox.only.values

    forwarded = fact(mail="<forwarded>", minutes=61, forwarded=True, **ROLE)
    mailbox.receive(forwarded, fact(mail="<other-mailbox>", **ROLE))

    assert mailbox.only.values == before
    assert [entry.effect for entry in mailbox.only.entries if entry.effect != "repeated"] == [
        "started",
        "rejected",
    ]


@pytest.mark.parametrize("said", [ROLE, WITHOUT_ROLE])
def test_a_receipt_that_is_forwarded_after_the_refusal_starts_nothing(said: dict[str, str]) -> None:
    mails = [fact(**ROLE), fact("rejected", day=9, **ROLE)]

    mailbox = mailbox_of([*mails, fact(day=30, mail="<fw>", forwarded=True, **said)])

    assert mailbox.only.values.rejected


def test_a_refusal_that_is_forwarded_later_leaves_a_newer_application_alone() -> None:
    mails = [fact(**ROLE), fact("rejected", day=9, **ROLE), fact(day=20, **ROLE)]

    mailbox = mailbox_of([*mails, fact("rejected", day=30, mail="<fw>", forwarded=True, **ROLE)])

    assert [one.values.rejected for one in mailbox.live] == [True, False]


def test_a_forward_that_lost_the_title_starts_nothing() -> None:
    mailbox = mailbox_of([fact(**ROLE), fact(mail="<fw>", forwarded=True, company="Acme")])

    assert mailbox.only.values.title == "Engineer"


def test_a_forward_adds_nothing_to_the_mail_that_it_is_taken_for() -> None:
    mails = [fact(company="Acme"), fact(day=3, company="Acme", requisition="R-1")]
    before = [one.values for one in mailbox_of(mails).live]
    late = fact(day=3, minutes=9, mail="<fw>", forwarded=True, company="Acme", location="Munich")

    assert [one.values for one in mailbox_of([*mails, late]).live] == before


def test_a_copy_of_a_mail_that_nothing_proves_proves_no_more() -> None:
    link = "https://www.linkedin.com/jobs/view/4285785299/"
    doubtful = fact("offer", day=1, claimed_by="header", sender="a@b.example", link=link, **ROLE)
    copy = replace(doubtful, key=FactKey("<copy>", 0))

    application = mailbox_of([fact(**ROLE), doubtful, copy]).only

    assert (application.values.status, application.values.link) == (APPLIED, None)
    assert [entry.effect for entry in application.entries[1:]] == ["unproven", "unproven"]


def test_companies_are_compared_without_legal_form_case_and_spacing() -> None:
    facts = [fact(company="Open AI, Inc.", title="Engineer")]

    mailbox = mailbox_of([*facts, fact("rejected", day=3, company="OPENAI", title="engineer")])

    assert mailbox.only.values.rejected


def test_meta_is_not_metaverse() -> None:
    receipt = fact(company="Meta", title="Engineer")
    refusal = fact("rejected", day=3, company="Metaverse", title="Engineer")

    assert not mailbox_of([receipt, refusal]).only.values.rejected


@pytest.mark.parametrize(
    "spelling",
    ["Engineer (m/w/d)", "ENGINEER", "Engineer (32661)", "R216054 Engineer", "Engineer - JR10233"],
)
def test_titles_are_compared_without_gender_marks_and_numbers(spelling: str) -> None:
    refusal = fact("rejected", day=3, company="Acme", title=spelling)

    assert mailbox_of([fact(**ROLE), refusal]).only.values.rejected


def test_one_employer_s_levels_are_different_titles() -> None:
    receipts = [fact(minutes=n, company="Acme", title=f"Engineer {n}") for n in (1, 2)]

    assert len(mailbox_of(receipts).live) == 2


def test_a_thousand_mails_of_one_company_and_no_title_start_nothing() -> None:
    mails = [fact("viewed", minutes=n, company="Acme") for n in range(1000)]

    assert not mailbox_of(mails).live


def test_a_mail_moves_an_application_and_writes_history() -> None:
    at = DAY_ONE.replace(day=20)
    interview = fact("interview", day=3, scheduled_at=at, **ROLE)

    application = mailbox_of([fact(**ROLE), interview, fact("offer", day=8, **ROLE)]).only

    assert application.values.interview_at == at
    assert [(e.effect, e.status) for e in application.entries] == [
        ("started", APPLIED),
        ("moved", PHONE_SCREEN),
        ("moved", OFFER),
    ]


@pytest.mark.parametrize("kind", ["viewed", "assessment", "withdrawn"])
def test_some_kinds_are_history_alone(kind: str) -> None:
    application = mailbox_of([fact(**ROLE), fact(kind, day=1, **ROLE)]).only

    assert (application.values.status, application.values.rejected) == (APPLIED, False)
    assert application.entries[1].effect == "noted"


@pytest.mark.parametrize("kind", ["rejected", "closed"])
def test_a_refusal_and_a_closed_position_reject_and_leave_the_status(kind: str) -> None:
    facts = [fact(**ROLE), fact("interview", day=1, **ROLE), fact(kind, day=2, **ROLE)]

    values = mailbox_of(facts).only.values

    assert (values.status, values.rejected) == (PHONE_SCREEN, True)


def test_an_application_never_goes_backwards() -> None:
    facts = [fact(**ROLE), fact("offer", day=1, **ROLE), fact("interview", day=2, **ROLE)]

    values = mailbox_of([*facts, fact(day=3, source="linkedin", **ROLE)]).only.values

    assert values.status == OFFER


def test_what_happens_at_one_moment_has_one_order() -> None:
    facts = [fact(kind, **ROLE) for kind in ("rejected", "offer", "interview", "applied")]

    values = mailbox_of(facts).only.values

    assert (values.status, values.rejected) == (OFFER, True)


def test_a_request_for_an_interview_starts_an_application_as_applied() -> None:
    request = fact("interview", source="hired", **ROLE)
    again = fact("interview", source="hired", day=2, **ROLE)

    application = mailbox_of([request, again]).only

    assert application.values.status == APPLIED
    assert [entry.effect for entry in application.entries] == ["started", "repeated"]


@pytest.mark.parametrize("kind", ["interview", "offer"])
def test_an_interview_or_offer_without_receipt_starts_an_application_as_applied(kind: str) -> None:
    first = fact(kind, scheduled_at=LATER if kind == "interview" else None, **ROLE)

    application = mailbox_of([first]).only

    assert (application.values.status, application.values.rejected) == (APPLIED, False)
    assert application.values.interview_at == first.scheduled_at
    assert [(entry.effect, entry.status) for entry in application.entries] == [("started", APPLIED)]


def test_a_later_mail_moves_what_an_interview_started() -> None:
    first = fact("interview", scheduled_at=LATER, **ROLE)
    again = fact("interview", day=1, scheduled_at=LATER + timedelta(days=1), **ROLE)

    mailbox = mailbox_of([first, again])
    assert mailbox.only.values.status == PHONE_SCREEN

    mailbox.receive(fact("offer", day=20, **ROLE))
    assert mailbox.only.values.status == OFFER


def test_an_interview_after_the_request_moves_the_application() -> None:
    request = fact("interview", source="hired", **ROLE)
    time = fact("interview", source="hired", day=2, scheduled_at=DAY_ONE, **ROLE)

    assert mailbox_of([request, time]).only.values.status == PHONE_SCREEN


def test_a_refusal_of_an_unknown_application_starts_none() -> None:
    mailbox = mailbox_of([fact("rejected", **ROLE)])

    assert not mailbox.live
    assert len(mailbox.changes.unmatched) == 1


def test_the_apply_date_is_the_one_that_the_receipt_prints() -> None:
    receipt = replace(fact(**ROLE), applied_at=DAY_ONE.replace(day=1, hour=0))

    assert mailbox_of([receipt]).only.values.applied_at == DAY_ONE.replace(day=1, hour=0)
