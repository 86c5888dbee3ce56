"""Synthetic mail of Indeed: names and languages that differ from the golden pairs'."""

from __future__ import annotations

from itertools import product

import pytest

from providers.conformance.mail_writer import Mail, write_mail
from providers.loading import load_registry
from providers.registry import Registry
from tests.mail.indeed import REFUSALS, receipt, receipt_2018, refusal
from tests.mail.names import COMPANIES, TITLES
from tests.plugins.golden import read_events
from tests.plugins.proven import said

NAMES = list(product(TITLES, COMPANIES))


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(("plugins.indeed",), installed=False)


def test_receipts_have_the_card_and_no_recommended_job(registry: Registry) -> None:
    for title, company in NAMES:
        for page in (True, False):
            mail = receipt(title, company, page=page)
            wanted = [("applied", title, company, "Austin, TX 78701", None)]
            assert said(registry, mail, "kind", "title", "company", "location", "link") == wanted


def test_receipts_of_a_language_without_wording_are_read_by_their_header_and_places(
    registry: Registry,
) -> None:
    for title, company in NAMES[::3]:
        mail = receipt(
            title, company, subject="Indeed-hakemus: {title}", sent="Kiitos!", page=False
        )
        assert said(registry, mail, "kind", "title", "company") == [("applied", title, company)]


def test_receipts_without_the_header_are_read_by_their_subject(registry: Registry) -> None:
    for title, company in NAMES[::3]:
        mail = receipt(title, company, keyed=False)
        assert said(registry, mail, "kind", "title", "company") == [("applied", title, company)]


@pytest.mark.parametrize("shape", ["alternative", "plain", "html"])
def test_receipts_of_2018_name_the_employer_in_a_sentence(registry: Registry, shape: str) -> None:
    for title, company in NAMES[::2]:
        mail = receipt_2018(title, company)
        assert said(registry, mail, "kind", "title", "company", shape=shape) == [
            ("applied", title, company)
        ]


@pytest.mark.parametrize("language", REFUSALS)
@pytest.mark.parametrize("shape", ["plain", "html"])
def test_refusals_are_read_in_eight_languages(
    registry: Registry, language: str, shape: str
) -> None:
    for title, company in NAMES[::2]:
        mail = refusal(title, company, language=language)
        assert said(registry, mail, "kind", "title", "company", shape=shape) == [
            ("rejected", title, company)
        ]


def test_the_key_of_the_application_never_comes_out(registry: Registry) -> None:
    job = "&next=https%3A%2F%2Fwww.indeed.com%2Fviewjob%3Fjk%3D0123456789abcdef%26apiToken%3Dsecret"
    events, _ = read_events(write_mail(receipt("Cook", "Old Mill", job=job)), registry)
    assert [event["link"] for event in events] == [
        "https://www.indeed.com/viewjob?jk=0123456789abcdef"
    ]
    assert "oken" not in str(events)


SILENT = (
    (
        "noreply",
        "An update on your application from Acme",
        "If you are not selected, we will let you know.",
    ),
    (
        "noreply",
        "An update on your application from Acme",
        "Cook\n\nAcme is pausing the hiring until Fall.",
    ),
    ("donotreply", "Your saved job is no longer available", "Cook at Acme"),
    ("donotreply", "Jobs for you: Cook", "Acme\nApply now"),
    ("noreply", "Acme sent you a message", "We would like to invite you to an interview."),
    ("noreply", "Complete your application to Acme", "You're almost there."),
    ("noreply", "How did your interview with Acme go?", "Take a short survey."),
    ("donotreply", "Don't miss out: apply to Cook at Acme", "Apply now."),
    ("indeedapply", "Complete your Indeed application: Cook", "You are almost there."),
    ("noreply", "Re: Indeed Application: Cook", "Thanks."),
)


@pytest.mark.parametrize(("mailbox", "subject", "body"), SILENT)
def test_other_mail_of_the_same_addresses_says_nothing(
    registry: Registry, mailbox: str, subject: str, body: str
) -> None:
    mail = Mail(
        sender=f"Indeed <{mailbox}@indeed.com>",
        subject=subject,
        text=f"{body}\n",
        html=f"<p>{body}</p>",
    )
    for shape in ("plain", "html"):
        assert said(registry, mail, "kind", shape=shape) == []


def test_titles_of_people_who_watch_over_money_are_no_advice(registry: Registry) -> None:
    for title in (
        "Fraud Analyst",
        "Bank Account Manager",
        "Privacy Policy Counsel",
        "Help Center Agent",
    ):
        mail = refusal(title, "Old Mill")
        assert said(registry, mail, "kind", "title", "company") == [("rejected", title, "Old Mill")]


def test_a_header_that_is_far_longer_than_any_name_of_content_says_nothing(
    registry: Registry,
) -> None:
    content = "INDEED_APPLY_CONFIRMATION_EMAIL_TRANSACTIONAL" + "ß" * 400
    mail = Mail(
        sender="Indeed <noreply@indeed.com>",
        subject="Hello",
        text="Your application",
        headers={"X-Indeed-Content-Type": content},
    )
    assert said(registry, mail, "kind") == []
