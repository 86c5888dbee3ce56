"""Synthetic notices of applicant systems, in fifteen languages, with holes for title and company.

`<language>.txt` holds notices: a line `# kind | subject`, then the text. `{T}` stands for the title, `{C}` for the
company.
"""

from __future__ import annotations

import html as markup
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from providers.conformance.mail_sources.negatives import NEGATIVES_FOLDER
from providers.messages import Message, Sender
from providers.reading import visible_text

FOLDER = Path(__file__).parent
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.txt")))
WHEN = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
# Each holds what misleads: ` at `, ` - `, commas, quotes, an emoji, a full stop, words that decide elsewhere.
TITLES = (
    "Senior Software Engineer",
    "Developer at Scale Lead",
    "Program Manager, Operations Infrastructure",
    "Engineer - Platform - NJ",
    "Chat Support Engineer",
    "Head of Data (m/w/d)",
    "🤖 Lead Android Engineer",
    'Director of "Special" Projects',
    "Sr. Software Engineer, Platform & Tools",
    "Security Engineer",
    "C++ Developer / C# Lead",
    "Data Scientist II \u2013 NLP",
    "Customer Success Manager, U.S.",
    "Application Engineer",
    "Interview Coordinator",
    "Offer Manager",
    "VP, People and Culture",
    "Manager for the Americas",
    "Développeur·euse Full-Stack",
    "Ingénieur d'affaires",
    "Kundenberater:in (gn)",
    "Referent für Öffentlichkeitsarbeit",
    "Position Control Specialist",
    "Technicien(ne) en électronique",
    "Barista",
)
COMPANIES = (
    "Acme",
    "Foo Corp",
    "Smith, Jones & Co.",
    "Acme, Inc.",
    "Johnson and Johnson",
    "Alpha - Beta Labs",
    "bioMérieux",
    "AT&T",
    "Dr. Oetker",
    "St. Jude Hospital",
    "exa",
    "Müller GmbH & Co. KG",
    "L'Oréal",
    "McDonald\u2019s",
    "37signals",
    "Amazon.com",
    "株式会社サンプル",
    "SAP SE",
    "Foundation for the Arts",
)


@dataclass(frozen=True)
class Notice:
    """One mail, with holes."""

    language: str
    kind: str
    subject: str
    text: str


@cache
def load_notices(language: str) -> tuple[Notice, ...]:
    return _load(FOLDER / f"{language}.txt")


def _load(path: Path) -> tuple[Notice, ...]:
    parts = re.split(r"^# ([a-z ]+) \| (.*)\n", path.read_text("utf-8"), flags=re.MULTILINE)
    fields = zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    return tuple(Notice(path.stem, kind, subject, text) for kind, subject, text in fields)


def fill(text: str, title: str, company: str) -> str:
    return text.replace("{T}", title).replace("{C}", company)


def as_message(
    *,
    name: str,
    address: str,
    subject: str,
    text: str,
    as_html: bool = False,
    headers: tuple[tuple[str, str], ...] = (),
) -> Message:
    """Return the mail, as plain text or as HTML."""
    page = to_html(text) if as_html else ""
    return Message(
        id="1",
        received_at=WHEN,
        sender=Sender(name=name, address=address),
        subject=subject,
        text="" if as_html else text,
        html=page,
        visible_text=visible_text(page),
        headers=(("To", "Jo Doe <jo.doe@mail.example>"), *headers),
    )


def to_html(text: str) -> str:
    paragraphs = markup.escape(text.strip(), quote=False).split("\n\n")
    return "".join("<p>" + paragraph.replace("\n", "<br>") + "</p>" for paragraph in paragraphs)


@cache
def load_nothing(language: str) -> tuple[Notice, ...]:
    """Return the kit's negatives, which say nothing of an application; `kind` is what they are."""
    return _load(NEGATIVES_FOLDER / f"{language}.txt")


@dataclass(frozen=True)
class Wording:
    """Sentences that decide, by kind, and the mail around them."""

    subject: str
    opening: str
    title: str
    company: str
    sentences: dict[str, list[str]]


@cache
def load_wording(language: str) -> Wording:
    return Wording(**json.loads((FOLDER / "sentences" / f"{language}.json").read_text("utf-8")))
