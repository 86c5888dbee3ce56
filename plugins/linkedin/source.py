"""Mail of LinkedIn about the user's own applications, 2018 to today."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from plugins.linkedin.addresses import lasting_address
from plugins.linkedin.cards import HOSTS, LOGO_HOSTS, LOGOS, Wanted, find_card
from plugins.linkedin.kinds import HEADER, find_key, kind_of, says_nothing
from plugins.linkedin.recommended import cut_recommended
from plugins.linkedin.rows import Rows
from providers.messages import EventKind, MailEvent, Message
from providers.reading import (
    Found,
    Passage,
    Said,
    bodies_of,
    cut_quotes,
    decide,
    divide,
    find_date,
    find_frame,
    fold,
    header_of,
    interview_start,
    is_brand,
    make_event,
    page_of,
    read_frame,
    said,
    said_kind,
    said_link,
    said_logo,
    said_on,
    said_scheduled,
    strip_prefixes,
    subject_of,
    text_of,
    visible_of,
)
from providers.reading.naming import languages_in, name_job


def _with_first_name(frame: str) -> tuple[str, str]:
    """Return the frame alone and behind the member's name; a full stop after a company is its own."""
    stop = "" if frame.endswith("}") else "(.|)"
    return frame + stop, f"{{any}}, {frame}{stop}"


_FOLDER: Final = Path(__file__).parent
_SUBJECTS: Final[dict[str, list[str]]] = json.loads(
    (_FOLDER / "subjects.json").read_text(encoding="utf-8")
)
_WHOLE_SUBJECTS: Final = {
    group: tuple(whole for frame in frames for whole in _with_first_name(frame))
    for group, frames in _SUBJECTS.items()
}
_SENTENCES: Final[list[str]] = json.loads((_FOLDER / "sentences.json").read_text(encoding="utf-8"))
# Without a key, mail from other addresses says nothing; what strangers write to a member comes from the relays.
_MAILBOXES: Final = frozenset({"jobs-noreply", "jobs-listings"})
_RELAYS: Final = ("hit-reply", "inmail", "messag", "jobalerts", "invitations", "groups")
_NUMBER: Final = re.compile(r".*\((?P<number>\d{5,12})\)")
# What an update says stands at its beginning; below the card other jobs follow, and advice.
_HEAD_LINES: Final = 15
_SUBJECT_CHARACTERS: Final = 1_000
_HEAD_CHARACTERS: Final = 10_000
_OPENING_CHARACTERS: Final = 2_000


class LinkedinSource:
    """Goes by the template's key, which is the same in all languages; then by the subject."""

    name = "linkedin"
    label = "LinkedIn"
    senders = ("linkedin.com",)
    headers: tuple[tuple[str, str], ...] = ()
    search = ("linkedin.com/comm/jobs", "linkedin.com/jobs/view")

    def matches(self, message: Message) -> bool:
        mailbox = message.sender.address.partition("@")[0]
        if mailbox in _MAILBOXES:
            return not says_nothing(find_key(message))
        return kind_of(header_of(message, HEADER)) is not None and not mailbox.startswith(_RELAYS)

    def parse(self, message: Message) -> list[MailEvent]:
        subject = strip_prefixes(subject_of(message).cut(0, _SUBJECT_CHARACTERS))
        key = find_key(message)
        named = _read_subject(subject)
        kind = _kind_said(message, subject, key, named)
        if kind is None:
            return []
        return [_event(message, subject, kind, named[1] if named else None)]


def _read_subject(subject: Passage) -> tuple[str, Found] | None:
    """Return the group of subjects that this one fits, with the names in it; before it may stand the member's name."""
    for group, frames in _WHOLE_SUBJECTS.items():
        if found := read_frame(subject, *frames):
            return group, found
    return None


def _kind_said(
    message: Message, subject: Passage, key: Passage | None, named: tuple[str, Found] | None
) -> Said | None:
    if key and (kind := kind_of(key)):
        return said_kind(kind, key)
    if named is None or is_brand((named[1]["company"] or subject).text):
        return None
    group = named[0]
    decision = decide(*_heads(message))
    if decision and (group == "update" or decision.kind == "rejected"):
        return said_kind(decision.kind, decision.passage) if decision.kind != "applied" else None
    fixed: dict[str, EventKind] = {"applied": "applied", "viewed": "viewed"}
    return said_kind(fixed[group], subject) if group in fixed else None


def _heads(message: Message) -> Iterator[Passage]:
    """Yield the beginnings of the bodies."""
    for body in bodies_of(message):
        beginning = cut_recommended(message, cut_quotes(body.cut(0, _HEAD_CHARACTERS)))
        ends = list(re.finditer(r"\S[^\n]*(?:\n|\Z)", beginning.text))[:_HEAD_LINES]
        yield beginning.cut(0, ends[-1].end() if ends else 0)


def _event(message: Message, subject: Passage, kind: Said, found: Found | None) -> MailEvent:
    is_receipt = kind.value == "applied"
    title, company = divide(found, _known_names(message)) if found else (None, None)
    opening = None if is_receipt else _opening_company(message)
    companies = [name.text for name in (company, opening) if name]

    def find_title() -> Passage | None:
        return title or (_title_of_headline(message, companies) if is_receipt else None)

    start = interview_start(message) if kind.value == "interview" else None
    wanted = Wanted(subject, find_title, companies, is_first=is_receipt)
    card = find_card(message, wanted)
    rows = card.rows if card else Rows()
    best, best_company = rows.title or wanted.title, rows.company or company or opening
    if not (best and best_company):
        sentence = _read_sentences(message, companies)
        best, best_company = best or sentence[0], best_company or sentence[1]
    if best is None and kind.value not in ("applied", "viewed"):
        # The employer's own words.
        heads = tuple(_heads(message))
        job = name_job(subject, heads, languages=languages_in(heads), sender=best_company)
        best, best_company = job.title, best_company or job.company
    return make_event(
        kind,
        said("title", best),
        said("requisition", _number_of(best)),
        said("company", best_company),
        said("location", rows.location),
        said_link(card.link, hosts=HOSTS, rewrite=lasting_address) if card else None,
        (card and said_logo(card.logo, hosts=LOGO_HOSTS)) or _logo_of(message, best_company),
        said_on(*(find_date(card.applied) or (None, None))) if card and is_receipt else None,
        said_scheduled(*(start or (None, None))),
    )


def _known_names(message: Message) -> Iterator[str]:
    for body in bodies_of(message):
        yield from (line.text for line in body.cut(0, _HEAD_CHARACTERS).lines)
    for image in page_of(message).all("img[alt]"):
        if alt := image.attribute("alt"):
            yield alt.text
    if opening := _opening_company(message):
        yield opening.text


def _opening_company(message: Message) -> Passage | None:
    """Return the employer that the first line of an update names (`Your update from Acme`)."""
    for body in (text_of(message), visible_of(message)):
        for line in body.cut(0, _OPENING_CHARACTERS).first_lines(4):
            if found := read_frame(
                line, *(frame for frame in _SUBJECTS["update"] if "{title}" not in frame)
            ):
                return found["company"]
    return None


def _title_of_headline(message: Message, companies: list[str]) -> Passage | None:
    """Return the job that the first lines of a receipt name where its subject doesn't.

    `La tua candidatura per Cuoco è stata inviata ad Acme`.
    """
    frames = [frame for frame in _SUBJECTS["applied"] if "{title}" in frame]
    for body in (text_of(message), visible_of(message)):
        for line in body.cut(0, _OPENING_CHARACTERS).first_lines(4):
            if found := read_frame(line, *frames):
                return divide(found, companies)[0]
    return None


def _read_sentences(
    message: Message, companies: list[str]
) -> tuple[Passage | None, Passage | None]:
    for body in bodies_of(message):
        if found := find_frame(cut_quotes(body.cut(0, _HEAD_CHARACTERS)), *_SENTENCES):
            return divide(found, [*companies, *_known_names(message)])
    return None, None


def _number_of(title: Passage | None) -> Passage | None:
    """Return the employer's own number, which a title may end in: `Programmer Analyst (21243)`."""
    found = title.fullmatch(_NUMBER) if title else None
    return found["number"] if found else None


def _logo_of(message: Message, company: Passage | None) -> Said | None:
    """Return the picture that is named as the company is: those of recommended jobs have other names."""
    name = fold(company.text) if company else ""
    for image in page_of(message).all(LOGOS) if name else ():
        alt = image.attribute("alt")
        if (
            alt
            and fold(alt.text) == name
            and (logo := said_logo(image.attribute("src"), hosts=LOGO_HOSTS))
        ):
            return logo
    return None
