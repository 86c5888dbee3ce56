"""Interview requests that boards pass on: of Hired and of Vettery, which became one company and send both shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from providers.messages import MailEvent, Message
from providers.reading import (
    Found,
    Passage,
    bodies_of,
    cut_quotes,
    divide,
    first_found,
    interview_start,
    is_reply,
    make_event,
    read_frame,
    said,
    said_kind,
    said_scheduled,
    split_sentences,
    strip_prefixes,
    subject_of,
    without_stop,
)

_REQUEST: Final = re.compile(r"\binterview request\b", re.IGNORECASE)
# News of a request that is known, and advice. What stands behind the colon is a title and a company.
_ENDED: Final = (
    r"(?:accepted|declined|expired?|expires|expiring|withdrawn|"
    r"cancell?ed|closed|reminders?|tips|guide|survey|feedback)"
)
_NO_REQUEST: Final = re.compile(
    rf"\binterview request(?:s|'s)?\s+(?:(?:was|is|has been|has|will|about to|soon)\s+)*{_ENDED}\b"
    rf"|^[^:]*\b(?:{_ENDED}|how to)\b.*?\binterview request"
    r"|\b(?:your first|no new|missed|more) interview request",
    re.IGNORECASE,
)
_SUBJECT_CHARACTERS: Final = 1_000
_MAX_CHARACTERS: Final = 20_000
_CURRENCY: Final = (
    r"[$€£¥₹₩₪]|\b(?:USD|EUR|GBP|CAD|AUD|NZD|CHF|SGD|HKD|INR|JPY|SEK|NOK|DKK|PLN|BRL|MXN|ILS)\b"
)
_AMOUNT: Final = r"\d{1,3}(?:[.,' ]\d{3})+|\b\d{5,7}\b|\b\d+(?:\.\d+)?\s?[kKmM]\b"
_UNNAMED: Final = "salary|compensation|negotiable|competitive|undisclosed|equity|TBD|DOE"
_SALARY: Final = re.compile(
    rf"\s*(?:[(\[][^()\[\]]{{0,60}}(?:{_CURRENCY}|{_AMOUNT}|\b("
    rf"?:{_UNNAMED})\b)[^()\[\]]{{0,60}}[)\]]"
    rf"|[-|,:]\s*(?:{_CURRENCY})\s*\d[^()]*)\s*\Z",
    re.IGNORECASE,
)
_OFFERED: Final = re.compile(
    r"\binterview with (?P<company>(?:(?!interview with\b).){1,200}?)\s+Interested\s?\?",
    re.IGNORECASE,
)
_LABELS: Final = (
    r"(?:Base salary|Salary|Compensation|Location|Company|Equity|Team|Start date|Position|Role"
    r"|Title|Job title"
    r"|Level|Bonus|Remote|Visa|Interested\?)"
)
# `Salary $120,000`: a label without its colon.
_PAY: Final = r"(?:Base salary|Salary|Compensation)\b"
# A title may hold such a word itself (`Engineer, Role: Lead`): on its own line, none of them ends it.
_TITLE: Final = re.compile(
    r"(?:^|\s)(?:Role|Position|Job title):\s*(?P<title>\S(?:(?!\n\s*\n).){0,300}?)\s*"
    rf"(?=\b(?!(?<!\n)(?:Position|Role|Title|Job title)\b){_LABELS}\s*:|\n\s*{_PAY}|\n\s*\n|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_PLACE: Final = re.compile(
    rf"(?:^|\s)Location:\s*(?P<location>\S[^\n]*?)\s*(?=\b{_LABELS}\s*:|\n|\Z)", re.IGNORECASE
)
_EMPLOYER: Final = re.compile(
    rf"(?:^|\s)Company:\s*(?P<company>\S[^\n]*?)\s*(?=\b{_LABELS}\s*:|\n|\Z)", re.IGNORECASE
)
_JOB: Final = (
    "(New |)Interview Request: {title} at {company}",
    "(New |)Interview Request (-|\u2013|for) {title} at {company}",
)
_FROM: Final = (
    "(New |)Interview Request (from|with) {company}",
    "You have (an|a new) interview request from {company}",
    "{company} sent you an interview request",
)
_ASKS: Final = (
    (
        "{company} (would like|would love|wants|has requested|requested|is requesting|has sent"
        "|sent|is interested"
        "|is inviting|has invited|invites|asks) {any}"
    ),
    "{any} interview request from {company}(.|!|)",
)


def is_request(message: Message) -> bool:
    """Tell whether the mail asks for an interview: its subject says so, or its body does in Vettery's words."""
    subject = subject_of(message).cut(0, _SUBJECT_CHARACTERS)
    if is_reply(subject) or subject.search(_NO_REQUEST):
        return False
    return bool(subject.search(_REQUEST) or _offer(message))


def read_request(message: Message) -> list[MailEvent]:
    """Return the interview that an employer asks for; none where the mail names neither title nor employer."""
    subject = strip_prefixes(subject_of(message).cut(0, _SUBJECT_CHARACTERS))
    asked = subject.search(_REQUEST) or _offer(message)
    title, company = _in_subject(message, subject)
    title = title or _labelled(message, _TITLE, "title")
    company = company or _in_body(message) or _from(subject)
    if asked is None or not (title or company):
        return []
    return [
        make_event(
            said_kind("interview", asked.whole),
            said("title", title),
            said("company", company),
            said("location", _labelled(message, _PLACE, "location")),
            said_scheduled(*(interview_start(message) or (None, None))),
        )
    ]


def _bodies(message: Message) -> tuple[Passage, ...]:
    """Return the beginnings of the bodies: a request is short, and what looks for labels reads on from each of them."""
    return tuple(body.cut(0, _MAX_CHARACTERS) for body in bodies_of(message))


def _offer(message: Message) -> Found | None:
    return first_found((body.flow for body in _bodies(message)), _OFFERED)


def _in_subject(message: Message, subject: Passage) -> tuple[Passage | None, Passage | None]:
    salary = subject.search(_SALARY)
    job = subject.cut(0, salary.match.start()) if salary else subject
    found = read_frame(job, *_JOB)
    return divide(found, _known(message)) if found else (None, None)


def _known(message: Message) -> Iterator[str]:
    """Yield what stands by itself in the body: lines, and the names before `would like to interview you`."""
    if company := _in_body(message):
        yield company.text
    for body in _bodies(message):
        yield from (line.text for line in body.first_lines(60))
        for sentence in split_sentences(body.cut(0, 5_000)):
            if found := read_frame(sentence, *_ASKS):
                yield found["company"].text if found["company"] else ""
    if title := _labelled(message, _TITLE, "title"):
        yield title.text


def _in_body(message: Message) -> Passage | None:
    if company := _labelled(message, _EMPLOYER, "company"):
        return company
    if (offer := _offer(message)) and offer["company"]:
        return without_stop(offer["company"])
    for body in _bodies(message):
        for line in body.lines:
            if found := read_frame(line, "Our take on {company}:", "Our take on {company}: {any}"):
                return found["company"]
    return None


def _from(subject: Passage) -> Passage | None:
    found = read_frame(subject, *_FROM)
    return found["company"] if found else None


def _labelled(message: Message, pattern: re.Pattern[str], name: str) -> Passage | None:
    for body in _bodies(message):
        if (found := cut_quotes(body).search(pattern)) and (value := found[name]):
            return value.flow
    return None
