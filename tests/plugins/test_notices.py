"""What applicant systems send, in fifteen languages, with titles and companies that mislead."""

from __future__ import annotations

from itertools import count, product

import pytest

from config.wiring import SHIPPED_PLUGINS
from providers.contracts import MailSource
from providers.loading import load_registry
from providers.reading import is_there
from tests.plugins.notices import (
    COMPANIES,
    LANGUAGES,
    TITLES,
    as_message,
    fill,
    load_nothing,
    load_notices,
    load_wording,
)

# Source, the sender's name, address.
SENDERS = (
    ("ashby", "{C} Hiring Team", "no-reply@ashbyhq.com"),
    ("ashby", "Dana Kim", "no-reply@ashbyhq.com"),
    ("greenhouse", "", "no-reply@us.greenhouse-mail.io"),
    ("greenhouse", "{C} Recruiting", "no-reply@greenhouse.io"),
    ("icims", "{C} @ icims", "acme+autoreply@talent.icims.eu"),
    ("jobvite", "{C} Recruiting Team", "no-reply@jobvite.com"),
    ("lever", "{C}", "no-reply@hire.lever.co"),
    ("smartrecruiters", "{C}", "notification@smartrecruiters.com"),
    ("workable", "Workable", "noreply@candidates.workablemail.com"),
    ("workday", "Workday", "mymoose@myworkday.com"),
    ("workday", "{C} - Workday", "acme@myworkday.com"),
)
PAIRS = tuple(product(TITLES, COMPANIES))


@pytest.fixture(scope="module")
def sources() -> dict[str, MailSource]:
    registry = load_registry(SHIPPED_PLUGINS, installed=False)
    return {source.name: source for source in registry.mail_sources}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "sender", SENDERS, ids=lambda sender: f"{sender[0]}-{sender[1] or 'nameless'}"
)
def test_a_notice_says_kind_title_and_company(
    sender: tuple[str, str, str], language: str, sources: dict[str, MailSource]
) -> None:
    name, shown, address = sender
    numbers = count(start=SENDERS.index(sender) * 1000, step=37)
    for notice, number in zip(load_notices(language), numbers, strict=False):
        title, company = PAIRS[number % len(PAIRS)]
        message = as_message(
            name=fill(shown, title, company),
            address=address,
            subject=fill(notice.subject, title, company),
            text=fill(notice.text, title, company),
            as_html=number % 2 == 0,
        )
        (event,) = sources[name].parse(message)
        said = (event.kind, event.title, event.company, event.requisition)
        assert said == (notice.kind, title, company, None), notice.subject
        assert all(is_there(evidence, message) for evidence in event.evidence)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "sender", SENDERS, ids=lambda sender: f"{sender[0]}-{sender[1] or 'nameless'}"
)
def test_other_mail_of_the_same_senders_says_nothing(
    sender: tuple[str, str, str], language: str, sources: dict[str, MailSource]
) -> None:
    name, shown, address = sender
    for number, notice in enumerate(load_nothing(language)):
        title, company = PAIRS[(number * 37 + SENDERS.index(sender)) % len(PAIRS)]
        message = as_message(
            name=fill(shown, title, company),
            address=address,
            subject=fill(notice.subject, title, company),
            text=fill(notice.text, title, company),
            as_html=number % 2 == 0,
        )
        said = sources[name].parse(message) if sources[name].matches(message) else []
        assert not said, f"{notice.kind}: {notice.subject}"


def test_a_script_without_spaces_joins_employer_and_title(sources: dict[str, MailSource]) -> None:
    message = as_message(
        name="海岸设计",
        address="notification@smartrecruiters.com",
        subject="海岸设计 - 申请已收到",
        text="您好\n\n您投递的海岸设计产品经理一职的申请我们已经收到。\n\n海岸设计",
    )
    (event,) = sources["smartrecruiters"].parse(message)
    assert (event.kind, event.title, event.company) == ("applied", "产品经理", "海岸设计")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_behind_the_thanks_decides(
    language: str, sources: dict[str, MailSource]
) -> None:
    wording = load_wording(language)
    for kind, sentences in wording.sentences.items():
        for sentence in sentences:
            message = as_message(
                name="",
                address="no-reply@us.greenhouse-mail.io",
                subject=wording.subject,
                text=f"{wording.opening} {sentence}\n\n{wording.company} Recruiting Team",
            )
            (event,) = sources["greenhouse"].parse(message)
            said = (event.kind, event.title, event.company)
            assert said == (kind, wording.title, wording.company), sentence
