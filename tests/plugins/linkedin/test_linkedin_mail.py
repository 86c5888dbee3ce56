"""Synthetic mail of LinkedIn: names, languages and layouts that differ from the golden pairs'."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from plugins.linkedin.cards import job_id
from providers.loading import load_registry
from providers.registry import Registry
from tests.mail.builder import Mail, write_mail
from tests.mail.linkedin import (
    APPLIED,
    APPLIED_2018,
    LANGUAGES,
    OTHERS,
    REJECTED,
    SENDER,
    VIEWED,
    Job,
    Look,
    address,
    confirmation,
    long_confirmation,
)
from tests.mail.names import COMPANIES, TITLES
from tests.plugins.golden import read_events
from tests.plugins.proven import said

PLACES = (
    "Berlin, Germany (Hybrid)",
    "New York, NY",
    "Zurich Area - Winterthur (Remote)",
    "United States",
)
NAMES = list(product(TITLES, COMPANIES))
JOBS = [
    Job(title=title, company=company, location=PLACES[number % 4], number=4285785299 + number)
    for number, (title, company) in enumerate(NAMES)
]
WITHOUT_WORDING = ("tr", "pl", "ja")
UPDATES = {
    APPLIED_2018: (
        "applied",
        "You applied for {title} at {company}",
        "You applied for {title} at {company}",
    ),
    REJECTED: (
        "rejected",
        "Your application to {title} at {company}",
        "Your update from {company}",
    ),
    VIEWED: (
        "viewed",
        "Your application for {title} was viewed by {company}",
        "Your application was viewed by {company}",
    ),
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(("plugins.linkedin",), installed=False)


CARD = ("kind", "title", "company", "location", "link", "occurredOn")


def card(job: Job, kind: str = "applied", day: str | None = "2026-09-06") -> list[tuple[object, ...]]:
    link = f"https://www.linkedin.com/jobs/view/{job.number}/"
    return [(kind, job.title, job.company, job.location, link, day)]


def without_key(mail: Mail) -> Mail:
    """The same with no template's name in its header and links."""
    return replace(mail, html=mail.html.replace(APPLIED, "x"), text=mail.text.replace(APPLIED, "x"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_come_out_whole_in_every_language(registry: Registry, language: str) -> None:
    start = list(LANGUAGES).index(language)
    for job in JOBS[start :: len(LANGUAGES)]:
        for shape in ("alternative", "plain", "html"):
            mail = confirmation(job, words=LANGUAGES[language], look=Look(others=OTHERS))
            assert said(registry, mail, *CARD, shape=shape) == card(job), (shape, mail.subject)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code not in WITHOUT_WORDING])
def test_words_do_where_the_key_is_gone(registry: Registry, language: str) -> None:
    start = list(LANGUAGES).index(language)
    for job in JOBS[start :: len(LANGUAGES)]:
        for shape in ("plain", "html"):
            mail = confirmation(job, words=LANGUAGES[language], key=None, look=Look(others=OTHERS))
            assert said(registry, without_key(mail), *CARD, shape=shape) == card(job), (
                shape,
                mail.subject,
            )


@pytest.mark.parametrize("attributes", [True, False])
@pytest.mark.parametrize("split_rows", [True, False])
@pytest.mark.parametrize("separator", [" · ", " • "])
def test_the_layout_of_the_card_changes_nothing(
    registry: Registry, attributes: bool, split_rows: bool, separator: str
) -> None:
    look = Look(attributes=attributes, split_rows=split_rows, separator=separator, others=OTHERS)
    for job in JOBS[::7]:
        assert said(registry, confirmation(job, look=look), *CARD, "logo") == [(*card(job)[0], job.logo)]


@pytest.mark.parametrize("key", UPDATES)
def test_the_card_of_an_update_is_the_job_of_its_subject(registry: Registry, key: str) -> None:
    kind, subject, opening = UPDATES[key]
    for job in JOBS[::5]:
        named = {"title": job.title, "company": job.company}
        mail = confirmation(
            job,
            key=key,
            subject=subject.format(**named),
            opening=opening.format(**named),
            look=Look(others=OTHERS),
        )
        for shape in ("alternative", "plain", "html"):
            day = "2026-09-06" if kind == "applied" else None
            assert said(registry, mail, *CARD, shape=shape) == card(job, kind, day), mail.subject


@pytest.mark.parametrize("key", UPDATES)
def test_recommended_jobs_below_an_update_without_a_card_say_nothing(registry: Registry, key: str) -> None:
    kind, subject, opening = UPDATES[key]
    listed = "\n".join(
        f"{job.title}\n{job.company}\n{job.location}\nView job: {address(job, key, 'jymbii-0', 'job')}\n"
        for job in OTHERS
    )
    for job in JOBS[::5]:
        if kind == "applied" and " at " in job.company:
            continue  # Nothing in such a mail says which ` at ` divides.
        named = {"title": job.title, "company": job.company}
        thanks = "" if kind != "rejected" else "We will not be moving forward with your application.\n\n"
        mail = Mail(
            sender=SENDER,
            subject=subject.format(**named),
            text=f"{opening.format(**named)}\n\n{thanks}{'-' * 50}\n\n{listed}",
            headers={"X-LinkedIn-Template": key},
        )
        wanted = [(kind, job.title, job.company, None, None)]
        assert said(registry, mail, "kind", "title", "company", "location", "link", shape="plain") == wanted


def test_other_recommended_jobs_change_nothing(registry: Registry) -> None:
    for job in JOBS[::9]:
        same_employer = tuple(replace(other, company=job.company) for other in OTHERS)
        same_title = tuple(replace(other, title=job.title) for other in OTHERS)
        for others in (OTHERS, OTHERS[::-1], same_employer, same_title, ()):
            mail = confirmation(job, look=Look(others=others))
            assert said(registry, mail, *CARD, "logo") == [(*card(job)[0], job.logo)]


def test_no_key_of_the_mail_comes_out(registry: Registry) -> None:
    events, _ = read_events(write_mail(confirmation(JOBS[0])), registry)
    for secret in ("midToken", "midSig", "otpToken", "synthetic&", "trk=", "trackingId", "/comm/"):
        assert secret not in str(events)


def test_a_long_confirmation_is_as_long_as_real_ones(registry: Registry) -> None:
    mail = long_confirmation()
    assert 105_000 < len(mail.html) < 130_000
    assert said(registry, mail, "kind", "title") == [("applied", "Senior Platform Engineer (m/w/d)")]


@pytest.mark.parametrize(
    ("link", "number"),
    [
        ("https://www.linkedin.com/comm/jobs/view/4285785299/?trackingId=a", "4285785299"),
        ("https://www.linkedin.com/jobs/view/cook-at-old-mill-4285785299?refId=b", "4285785299"),
        ("https://www.linkedin.com/comm/jobs/view/x?midToken=a&jobId=904857201", "904857201"),
        (
            "https://www.linkedin.com/e/v2?url=https%3A%2F%2Fwww.linkedin.com%2Fjobs%2Fview%2F904857201%2F",
            "904857201",
        ),
        ("https://www.linkedin.com/jobs/collections/?currentJobId=904857201", "904857201"),
        ("https://www.linkedin.com/company/904857201", None),
    ],
)
def test_a_job_has_one_number_in_all_its_addresses(link: str, number: str | None) -> None:
    assert job_id(link) == number
