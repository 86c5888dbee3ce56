"""What names, titles, numbers, links and subjects are compared by."""

from datetime import UTC, datetime

import pytest

from core.jobsearch.matching import template_of
from core.jobsearch.matching.keys import (
    JobId,
    key_of_company,
    key_of_requisition,
    key_of_title,
    read_job_id,
)
from providers.messages import Evidence, MailEvent, Message, Sender


@pytest.mark.parametrize(
    "spelling", ["Open AI", "OpenAI", "OPENAI, Inc.", "open-ai GmbH & Co. KG", "The OpenAI Company"]
)
def test_one_company_has_one_key(spelling: str) -> None:
    assert key_of_company(spelling) == "openai"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Meta", "Metaverse"), ("Exa", "Exact"), ("Acme", "Acme Robotics"), ("株式会社", "有限会社")],
)
def test_two_companies_have_two_keys(one: str, other: str) -> None:
    assert key_of_company(one) != key_of_company(other)


@pytest.mark.parametrize(
    "spelling",
    [
        "Data Engineer",
        "Data Engineer (m/w/d)",
        "Data-Engineer (f/m/x)",
        "DATA ENGINEER (all genders)",
        "Data Engineer (32661)",
        "Data Engineer #12",
        "R216054 Data Engineer",
        "JR-10233 - Data Engineer",
        "Data Engineer - Req ID 4711 (m/w/d)",
        "Data Engineer (m/w/d) 69073",
    ],
)
def test_one_title_has_one_key(spelling: str) -> None:
    assert key_of_title(spelling) == "data engineer"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Engineer 2", "Engineer 3"), ("Intern 2026", "Intern 2027"), ("C Developer", "Developer")],
)
def test_levels_years_and_short_words_of_a_title_count(one: str, other: str) -> None:
    assert key_of_title(one) != key_of_title(other)


@pytest.mark.parametrize("title", ["123456", "(m/w/d)", "#12", "R-1234"])
def test_a_title_of_nothing_but_a_number_keeps_a_key(title: str) -> None:
    assert key_of_title(title)


def test_a_requisition_is_compared_without_case_and_punctuation() -> None:
    assert key_of_requisition("R-122404") == key_of_requisition("r 122404") == "r122404"


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://www.linkedin.com/jobs/view/4285785299/", "4285785299"),
        ("https://www.linkedin.com/jobs/view/engineer-at-acme-4285785299", "4285785299"),
        ("https://boards.greenhouse.io/acme/jobs/4012345", "4012345"),
        ("https://acme.example/careers?gh_jid=4012345", "4012345"),
        (
            "https://jobs.lever.co/acme/0F3A1C2B-1111-4222-8333-123456789abc/apply",
            "0f3a1c2b-1111-4222-8333-123456789abc",
        ),
        (
            "https://jobs.smartrecruiters.com/Acme/743999987654321-senior-engineer",
            "743999987654321",
        ),
        ("https://careers-acme.icims.com/jobs/1234/engineer/job", "1234"),
        ("https://apply.workable.com/acme/j/0A1B2C3D4E/", "0A1B2C3D4E"),
        ("https://jobs.jobvite.com/acme/job/oAbcdEfg", "oAbcdEfg"),
        ("https://acme.wd5.myworkdayjobs.com/en/job/Berlin/Engineer_R-122404", "r-122404"),
    ],
)
def test_a_link_to_a_posting_has_its_id(link: str, found: str) -> None:
    job = read_job_id(link, board="board")
    assert job
    assert (job.board, job.id) == ("board", found)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.indeed.com/cmp/Acme-12345",
        "https://www.linkedin.com/company/1234567/",
        "https://acme.example/careers",
        "https://acme.example/jobs/Engineer",
        "https://acme.example/jobs/engineer/apply",
        "https://acme.example/",
    ],
)
def test_a_link_to_anything_else_has_no_id(link: str) -> None:
    assert read_job_id(link, board="board") is None


def test_links_of_one_form_differ_in_nothing_but_the_id() -> None:
    one, other = (
        read_job_id(f"https://www.linkedin.com/jobs/view/428578529{n}/", board="linkedin")
        for n in (1, 2)
    )
    assert one
    assert other
    assert one._replace(id="") == other._replace(id="")
    assert isinstance(one, JobId)


def mail(subject: str, **headers: str) -> Message:
    return Message(
        id="1",
        received_at=datetime(2026, 3, 2, tzinfo=UTC),
        sender=Sender(address="no-reply@greenhouse.example"),
        subject=subject,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
    )


def event(title: str, company: str) -> MailEvent:
    said = (("kind", "applied"), ("title", title), ("company", company))
    return MailEvent(
        kind="applied",
        title=title,
        company=company,
        evidence=tuple(Evidence(field=name, place="subject", quote=quote) for name, quote in said),
    )


def test_subjects_that_differ_in_names_and_numbers_are_of_one_template() -> None:
    one = template_of(mail("Acme: Engineer (4711) received"), [event("Engineer", "Acme")])
    other = template_of(mail("Globex:  Cook (12) received"), [event("Cook", "Globex")])

    assert one == other == "{}: {} (0) received"


def test_subjects_with_other_words_are_of_two_templates() -> None:
    assert template_of(mail("Thank you"), []) != template_of(mail("Application received"), [])


def test_a_template_that_a_header_names_counts_whatever_the_subject_says() -> None:
    sent = mail("Ann, your application was sent", X_LinkedIn_Template="confirmation_01 ")

    assert template_of(sent, []) == "confirmation_01"
