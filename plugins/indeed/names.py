"""Title, company and place in Indeed's mail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

from providers.messages import Message
from providers.reading import (
    Found,
    Passage,
    Piece,
    bodies_of,
    cut_quotes,
    decide,
    divide,
    find_frame,
    fold,
    is_brand,
    page_of,
    read_frame,
    strip_prefixes,
    subject_of,
    visible_of,
    without_stop,
)
from providers.reading.naming import languages_in, name_job

_FRAMES: Final[dict[str, list[str]]] = json.loads(
    Path(__file__).with_name("frames.json").read_text(encoding="utf-8")
)
_TITLE_LINK: Final = 'h1 a[href*="apply.indeed.com"],h1 a[href*="viewjob"]'
# Recommended jobs link to their employers' pages too, for another campaign.
_COMPANY_LINK: Final = 'a[href*="/cmp/"][href*="IAconfirm" i]'
_AFTER_COLON: Final = re.compile(r"[^:\uff1a]{1,60}[:\uff1a]\s*(?P<title>.+)")
_UPDATES_FROM: Final = re.compile(
    r"(?:Get job updates|job updates) from\s+(?P<company>.+)", re.IGNORECASE
)
_GREETING: Final = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|day)|hallo|guten tag|liebe|lieber|sehr geehrte"
    r"|bonjour|cher|chère|"
    r"hola|estimad|"
    r"ciao|gentile|buongiorno|beste|geachte|olá|prezad|caro|cara|hej)\b",
    re.IGNORECASE,
)
_HEADING: Final = re.compile(
    r"\b(?:your|ihre|deine|votre|tu|su|tua|sua|je|uw|din) (?:application|bewerbung|candidature"
    r"|solicitud|candidatura"
    r"|sollicitatie|ansökan)\b|\bapplication (?:update|status)\b|^(?:an )?update\b",
    re.IGNORECASE,
)
_MAX_TITLE_LINE: Final = 150
_CARD_LINES: Final = 20
_MAX_CHARACTERS: Final = 100_000
_SEPARATORS: Final = (" - ", " \u2013 ", " — ", " · ", " • ")


@dataclass(frozen=True)
class Names:
    """What a mail says of the job; None for what it doesn't. `link` is the address behind the title."""

    title: Passage | None = None
    company: Passage | None = None
    location: Passage | None = None
    link: Passage | None = None


def subject_names(subject: Passage) -> tuple[str | None, Names]:
    """Return the group of subjects that this one fits (`receipts`, `updates`), and the names in it."""
    bare = strip_prefixes(subject)
    for group in ("receipts", "updates"):
        for frame in _FRAMES[group]:
            if found := read_frame(bare, frame):
                return group, Names(found["title"], found["company"])
    return None, Names()


def _bodies(message: Message) -> tuple[Passage, ...]:
    """Return the beginnings of the bodies: of a longer one each line would take memory."""
    return tuple(body.cut(0, _MAX_CHARACTERS) for body in bodies_of(message))


def read_receipt(message: Message, named: Names) -> Names:
    """Return what a receipt says: the link in the headline is the title, the employer's page follows it."""
    page = page_of(message)
    link = page.first(_TITLE_LINK) or page.first("h1")
    title = (link.passage.flow if link else None) or named.title or _after_colon(message)
    company = (
        _linked_company(page, link)
        or _sentence(message, "sent")
        or _submitted(message, title)
        or _subscribed(message)
        or _strong_company(message, link)
    )
    return Names(
        title, company, _place(message, title, company), link.attribute("href") if link else None
    )


def _after_colon(message: Message) -> Passage | None:
    """Return the title of a subject in a language without wording: `Indeed-hakemus: Kokki`."""
    found = strip_prefixes(subject_of(message)).cut(0, 1_000).fullmatch(_AFTER_COLON)
    return found["title"] if found else None


def _linked_company(page: Piece, title: Piece | None) -> Passage | None:
    places = title.following(_COMPANY_LINK) if title else iter(page.all(_COMPANY_LINK))
    return next((name for piece in places if (name := piece.passage.flow)), None)


def _sentence(message: Message, group: str) -> Passage | None:
    for body in _bodies(message):
        if found := find_frame(body, *_FRAMES[group]):
            return found["company"] and without_stop(found["company"])
    return None


def _submitted(message: Message, title: Passage | None) -> Passage | None:
    """Return the employer of `an application for: {title} with {company}.`: the title may hold `with` too."""
    for body in _bodies(message):
        if found := find_frame(body, *_FRAMES["submitted"]):
            _, company = divide(found, [title.text] if title else [])
            return company and without_stop(company)
    return None


def _subscribed(message: Message) -> Passage | None:
    for body in _bodies(message):
        for line in body.lines:
            if found := line.search(_UPDATES_FROM):
                name = found["company"]
                return name and without_stop(name.before(". By selecting", " By selecting"))
    return None


def _strong_company(message: Message, title: Piece | None) -> Passage | None:
    """Return the first bold name below the title where a place follows it: some employers have no page at Indeed."""
    names = (piece.passage.flow for piece in title.following("strong,b")) if title else iter(())
    name = next((name for name in names if name), None)
    lines = visible_of(message).cut(0, _MAX_CHARACTERS).lines if name else ()
    return name if name and any(_rest(line, name) for line in lines) else None


def _place(message: Message, title: Passage | None, company: Passage | None) -> Passage | None:
    if company is None:
        return None
    lines = visible_of(message).cut(0, _MAX_CHARACTERS).lines
    start = next(
        (at for at, line in enumerate(lines) if title and fold(line.text) == fold(title.text)), -1
    )
    return next((rest for line in lines[start + 1 :] if (rest := _rest(line, company))), None)


def _rest(line: Passage, company: Passage) -> Passage | None:
    for separator in _SEPARATORS:
        if line.plain.startswith(company.plain + separator):
            return line.cut(len(company.text) + len(separator)).flow
    return None


def read_update(message: Message, named: Names, *, refused: bool) -> Names:
    """Return what news of an application says: the subject has the company, a sentence the title.

    Of a refusal the first line may be the title.
    """
    names = named
    for body in _bodies(message):
        written = cut_quotes(body)
        if found := find_frame(written, *_FRAMES["sentences"]):
            title, company = divide(found, _known(message, named))
            names = Names(names.title or title, names.company or company)
        elif not names.title and (one := find_frame(written, *_FRAMES["one_name"])):
            names = replace(names, title=one["title"])
        if names.title is None:
            names = replace(names, title=_title_in_words(written, named))
        if names.title and names.company:
            break
    if names.title is None:
        names = replace(names, title=_title_above_employer(message, names))
    if names.title is None and refused:
        names = replace(names, title=next(_first_lines(message, names), None))
    if names.title is None or names.company is None:
        names = _name_in_letter(message, names)
    company = _without_title(names)
    return replace(names, company=company, location=None, link=_link_of(message, names.title))


def _without_title(names: Names) -> Passage | None:
    """Return the employer of `Interview request from Acme for Cook`: the subject may name the job behind it."""
    title, company = names.title, names.company
    if title and company:
        for separator in (" for ", " for the ", *_SEPARATORS, ": "):
            if company.plain.endswith(separator + title.plain):
                return company.cut(0, len(company.text) - len(separator + title.text)).flow
    return company


def _name_in_letter(message: Message, named: Names) -> Names:
    """Return what the employer's own words name, beside what is known."""
    written = tuple(cut_quotes(body) for body in _bodies(message))
    job = name_job(
        strip_prefixes(subject_of(message)),
        written,
        languages=languages_in(written),
        sender=named.company,
    )
    return replace(named, title=named.title or job.title, company=named.company or job.company)


def _known(message: Message, named: Names) -> Iterator[str]:
    yield from (name.text for name in (named.title, named.company) if name)
    for body in _bodies(message):
        yield from (line.text for line in body.first_lines(40))


def _title_in_words(body: Passage, named: Names) -> Passage | None:
    """Return the title before the company that the subject names; the title may hold full stops."""
    if named.company is None:
        return None
    for frame in _FRAMES["sentences"]:
        words, _, _ = frame.partition("{company}")
        found: Found | None = find_frame(body, words.rstrip())
        if found and found["title"]:
            rest = body.flow.plain[found.match.end() :].lstrip()
            if rest.startswith(named.company.plain):
                return found["title"]
    return None


def _title_above_employer(message: Message, names: Names) -> Passage | None:
    """Return the line above `Acme - Reno, NV`, as the card of a posting has it."""
    if names.company is None:
        return None
    for body in _bodies(message):
        lines = cut_quotes(body).first_lines(_CARD_LINES)
        for above, line in pairwise(lines):
            if _rest(line, names.company) and _may_be_title(above, names):
                return above
    return None


def _first_lines(message: Message, names: Names) -> Iterator[Passage]:
    for body in _bodies(message):
        for line in cut_quotes(body).first_lines(1):
            if _may_be_title(line, names):
                yield line


def _may_be_title(line: Passage, names: Names) -> bool:
    company = names.company.text if names.company else ""
    return not (
        len(line.text) > _MAX_TITLE_LINE
        or line.text.endswith((".", "!", "?", ",", ":", ";"))
        or _GREETING.match(line.plain)
        or is_brand(line.text)
        or (company and fold(company) in fold(line.text))
        or "://" in line.text
        or _HEADING.search(line.plain)
        or decide(line)
    )


def _link_of(message: Message, title: Passage | None) -> Passage | None:
    for link in page_of(message).all('a[href*="jk="],a[href*="jk%3D" i]') if title else ():
        if title and fold(link.passage.text) == fold(title.text):
            return link.attribute("href")
    return None
