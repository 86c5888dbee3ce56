"""Synthetic mail of LinkedIn: names, languages and layouts that differ from the golden pairs'."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from plugins.linkedin.addresses import job_id
from plugins.linkedin.kinds import HEADER, find_key
from providers.conformance.mail_writer import Mail, write_mail
from providers.contracts import Message, Sender
from providers.loading import load_registry
from providers.registry import Registry
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
WITHOUT_WORDING = ("tr", "pl", "ja", "ru", "hu", "ar")
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


def card(
    job: Job, kind: str = "applied", day: str | None = "2026-09-06"
) -> list[tuple[object, ...]]:
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


def as_gmail_writes_it(job: Job, other: Job) -> str:
    def card(shown: Job, place: str) -> str:
        link = address(shown, APPLIED, place, "jobcard_body")
        return (
            f"[image: {shown.company}]\n<{link}>\n{shown.title}\n<{link}>\n\n"
            f"{shown.company} · {shown.location}\n\n"
        )

    return (
        "[image: LinkedIn]\n<https://www.linkedin.com/comm/feed/?midToken=synthetic>\n"
        f"Your application was sent to {job.company}\n{card(job, 'applied_jobs-0')}"
        f"Applied on September 6, 2026\n{'-' * 30}\nView similar jobs\n{card(other, 'jymbii-0')}"
    )


def as_outlook_writes_it(job: Job, other: Job) -> str:
    def card(shown: Job, place: str) -> str:
        link = address(shown, APPLIED, place, "jobcard_body")
        return (
            f"[{shown.company}]<{link}>\n\n{shown.title}<{link}>\n\n"
            f"{shown.company} · {shown.location}\n\n"
        )

    return (
        f"[LinkedIn]<https://www.linkedin.com/comm/feed/>\n\nYour application was sent to"
        f" {job.company}\n\n{card(job, 'applied_jobs-0')}Applied on September 6, 2026\n\n"
        f"View similar jobs\n\n{card(other, 'jymbii-0')}"
    )


@pytest.mark.parametrize("write", [as_gmail_writes_it, as_outlook_writes_it])
def test_text_that_a_mail_program_made_of_the_html_has_the_same_card(
    registry: Registry, write: Callable[[Job, Job], str]
) -> None:
    for job in JOBS[::7]:
        mail = confirmation(job)
        for key in (APPLIED, None):
            headers = {"X-LinkedIn-Template": key} if key else {}
            for other in (OTHERS[0], replace(OTHERS[0], company=job.company)):
                shown = replace(mail, html="", text=write(job, other), headers=headers)
                assert said(registry, shown, *CARD, shape="plain") == card(job), job


@pytest.mark.parametrize("attributes", [True, False])
@pytest.mark.parametrize("split_rows", [True, False])
@pytest.mark.parametrize("separator", [" · ", " • "])
def test_the_layout_of_the_card_changes_nothing(
    registry: Registry, attributes: bool, split_rows: bool, separator: str
) -> None:
    look = Look(attributes=attributes, split_rows=split_rows, separator=separator, others=OTHERS)
    for job in JOBS[::7]:
        assert said(registry, confirmation(job, look=look), *CARD, "logo") == [
            (*card(job)[0], job.logo)
        ]


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
def test_recommended_jobs_below_an_update_without_a_card_say_nothing(
    registry: Registry, key: str
) -> None:
    kind, subject, opening = UPDATES[key]
    listed = "\n".join(
        f"{job.title}\n{job.company}\n{job.location}\nView job:"
        f" {address(job, key, 'jymbii-0', 'job')}\n"
        for job in OTHERS
    )
    for job in JOBS[::5]:
        if kind == "applied" and " at " in job.company:
            continue  # Nothing in such a mail says which ` at ` divides.
        named = {"title": job.title, "company": job.company}
        thanks = (
            "" if kind != "rejected" else "We will not be moving forward with your application.\n\n"
        )
        mail = Mail(
            sender=SENDER,
            subject=subject.format(**named),
            text=f"{opening.format(**named)}\n\n{thanks}{'-' * 50}\n\n{listed}",
            headers={"X-LinkedIn-Template": key},
        )
        wanted = [(kind, job.title, job.company, None, None)]
        assert (
            said(registry, mail, "kind", "title", "company", "location", "link", shape="plain")
            == wanted
        )


@pytest.mark.parametrize("shape", ["plain", "html"])
def test_the_heading_of_recommended_jobs_is_no_employer(registry: Registry, shape: str) -> None:
    opening = "Frá Acme"
    listed = "".join(
        f"{job.title}\n{job.company}\n{job.location}\nView job:"
        f" {address(job, REJECTED, 'jymbii-0', 'job')}\n\n"
        for job in OTHERS
    )
    cards = "".join(
        f'<p><a href="{address(job, REJECTED, "jymbii-0", "job")}">{job.title}</a></p>'
        f"<p>{job.company} · {job.location}</p>"
        for job in OTHERS
    )
    mail = Mail(
        sender=SENDER,
        subject="Umsókn þín",
        text=f"{opening}\n\nTakk.\n\n{'-' * 50}\nTop jobs for you\n\n{listed}",
        html=f"<h2>{opening}</h2><p>Takk.</p><h3>Top jobs for you</h3>{cards}",
        headers={"X-LinkedIn-Template": REJECTED},
    )
    names = said(registry, mail, "kind", "title", "company", "location", "link", shape=shape)
    assert names == [("rejected", None, None, None, None)]


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


def test_a_header_that_is_far_longer_than_a_key_is_none() -> None:
    key = "email_jobs_applicant_applied_01"
    message = Message(
        id="1",
        received_at=datetime(2026, 9, 1, tzinfo=UTC),
        sender=Sender(address="jobs-noreply@linkedin.com"),
        headers=((HEADER, f"{'x' * 500} {key}"),),
    )
    assert find_key(message) is None
    assert find_key(message.model_copy(update={"headers": ((HEADER, key),)}))


def test_a_long_confirmation_is_as_long_as_real_ones(registry: Registry) -> None:
    mail = long_confirmation()
    assert 105_000 < len(mail.html) < 130_000
    assert said(registry, mail, "kind", "title") == [
        ("applied", "Senior Platform Engineer (m/w/d)")
    ]


@pytest.mark.parametrize(
    ("link", "number"),
    [
        ("https://www.linkedin.com/comm/jobs/view/4285785299/?trackingId=a", "4285785299"),
        ("https://www.linkedin.com/jobs/view/cook-at-old-mill-4285785299?refId=b", "4285785299"),
        ("https://www.linkedin.com/comm/jobs/view/x?midToken=a&jobId=904857201", "904857201"),
        (
            "https://linkedin.com/e?url=https%3A%2F%2Flinkedin.com%2Fjobs%2Fview%2F904857201",
            "904857201",
        ),
        ("https://www.linkedin.com/jobs/collections/?currentJobId=904857201", "904857201"),
        ("https://www.linkedin.com/company/904857201", None),
    ],
)
def test_a_job_has_one_number_in_all_its_addresses(link: str, number: str | None) -> None:
    assert job_id(link) == number


REFUSALS = {
    "Ihre Bewerbung als {title} bei {company}": "Vielen Dank für Ihr Interesse an der Position"
    " als {title} bei"
    " {company}."
    " Leider können wir Ihre Bewerbung nicht berücksichtigen.",
    "Votre candidature au poste de {title} chez {company}": "Merci pour votre intérêt pour le"
    " poste de {title} chez"
    " {company}. Votre candidature n'a pas été retenue.",
    "Tu solicitud para {title} en {company}": "Gracias por tu interés en el puesto de {title} en"
    " {company}."
    " No continuaremos con tu candidatura.",
    "La tua candidatura per {title} presso {company}": "Grazie per il tuo interesse per la"
    " posizione di {title} presso"
    " {company}. Non procederemo con la tua candidatura.",
    "Je sollicitatie voor {title} bij {company}": "Bedankt voor je interesse in de functie van"
    " {title} bij {company}."
    " We gaan verder met een andere kandidaat.",
    "Sua candidatura para {title} na {company}": "Obrigado pelo seu interesse na vaga de {title}"
    " na {company}."
    " Não daremos seguimento à sua candidatura.",
    "Din ansökan till {title} hos {company}": "Tack för ditt intresse för tjänsten som {title}"
    " hos {company}."
    " Vi har valt att gå vidare med andra kandidater.",
    "Your application to {title} at {company}": "Thank you for your interest in the {title}"
    " position at {company} in"
    " Atlanta, Georgia, United States. Unfortunately, we will not be moving forward with your"
    " application.",
    "Application status update from {company}": "Thank you for your interest in the {title}"
    " position at {company}."
    " Unfortunately, we will not be moving forward with your application.",
    "Your update from {company}": "Thank you for your interest in our position as {title} at"
    " {company}."
    " Unfortunately, we will not be moving forward with your application.",
    "Dernière nouvelle de {company}": "Merci pour votre intérêt pour le poste de {title} chez"
    " {company}."
    " Votre candidature n'a pas été retenue.",
}
VIEWS = (
    "Your application was viewed by {company}",
    "Your resume was downloaded by {company}",
    "Ihre Bewerbung wurde von {company} angesehen",
    "Votre candidature a été consultée par {company}",
    "Tu solicitud ha sido vista por {company}",
    "La tua candidatura è stata visualizzata da {company}",
    "Sua candidatura foi visualizada pela {company}",
    "Je sollicitatie is bekeken door {company}",
    "Din ansökan har visats av {company}",
)
SILENT = {
    "Update from LinkedIn": "The position has been filled.",
    "Acme: more for you": "Your application to Acme was seen, and other jobs are waiting.",
    "Jo, Acme and 3 others are hiring": "You applied for jobs like this. Your application was"
    " sent to Acme.",
    "Your saved job: Cook at Acme": "The job you saved is no longer available.",
    "Apply to Cook at Acme before it closes": "Hurry.",
    "Cook at Acme: your application is waiting": "Finish your application.",
    "Your application for Cook at Acme": "You started an application. Complete your application.",
    "Application status update from Acme": "If you are not selected, we will let you know.",
    "Acme would like to hear about your interview": "Take a short survey.",
    "You may be a fit for Acme's Cook role": "Apply now.",
    "Ann Roe sent you a message about Cook at Acme": "We will not be moving forward with your"
    " application.",
    "Verify your email": "Your security code is 123456.",
}


@pytest.mark.parametrize("subject", REFUSALS)
def test_a_refusal_is_read_by_its_words_where_the_key_is_gone(
    registry: Registry, subject: str
) -> None:
    for title in ("Cook", "Head of Care at Home, North", "🍕 Pizza Pro!"):
        named = {"title": title, "company": "Foo - Bar, Inc."}
        body = REFUSALS[subject].format(**named)
        mail = Mail(
            sender=SENDER, subject=subject.format(**named), text=f"{body}\n", html=f"<p>{body}</p>"
        )
        for shape in ("plain", "html"):
            wanted = [("rejected", title, "Foo - Bar, Inc.")]
            assert said(registry, mail, "kind", "title", "company", shape=shape) == wanted


@pytest.mark.parametrize("subject", VIEWS)
def test_a_view_is_read_by_its_words_where_the_key_is_gone(
    registry: Registry, subject: str
) -> None:
    for company in COMPANIES:
        shown = subject.format(company=company)
        mail = Mail(sender=SENDER, subject=shown, text=f"{shown}\n")
        assert said(registry, mail, "kind", "company", shape="plain") == [("viewed", company)]


@pytest.mark.parametrize("subject", SILENT)
def test_other_mail_of_the_same_address_says_nothing(registry: Registry, subject: str) -> None:
    body = SILENT[subject]
    mail = Mail(sender=SENDER, subject=subject, text=f"{body}\n", html=f"<p>{body}</p>")
    for shape in ("plain", "html", "alternative"):
        assert said(registry, mail, "kind", shape=shape) == []
