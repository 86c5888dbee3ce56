"""Mail of Indeed about the user's own applications, 2018 to today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from plugins.indeed.names import Names, read_receipt, read_update, subject_names
from providers.messages import MailEvent, Message
from providers.reading import (
    Passage,
    Said,
    bodies_of,
    cut_quotes,
    decide,
    header_of,
    interview_start,
    is_reply,
    make_event,
    said,
    said_kind,
    said_link,
    said_scheduled,
    subject_of,
)

# Alerts, invitations to apply and reminders of unfinished applications come from other addresses; so does what
# employers write (`@indeedemail.com`).
_MAILBOXES: Final = frozenset({"indeedapply", "noreply", "donotreply", "do-not-reply"})
_ALERTS: Final = ("match.", "jobalert.")
_CONTENT: Final = "X-Indeed-Content-Type"
_RECEIPT: Final = "APPLY_CONFIRMATION"
# Such a name has some fifty letters; what is far longer is something else.
_MAX_CONTENT: Final = 200
# Advice at the end: `Never share your bank details`, `don't take job offers without an interview`.
_ADVICE: Final = re.compile(
    r"\b(?:without an interview|never share|take job offers|(?:your|any) bank (?:details"
    r"|account))\b[^\n.!?]*",
    re.IGNORECASE,
)
_MOVES: Final = frozenset(
    {"rejected", "closed", "viewed", "withdrawn", "interview", "assessment", "offer"}
)
_REFUSALS: Final = frozenset({"rejected", "closed", "withdrawn"})
_MAX_CHARACTERS: Final = 100_000
_SUBJECT_CHARACTERS: Final = 1_000
_JOB_KEY: Final = re.compile(r"(?:[?&]|%3F|%26)jk(?:=|%3D)([0-9a-f]{8,32})", re.IGNORECASE)


class IndeedSource:
    """Goes by the header that says what a mail is, else by the subject; the title and the company stand in the HTML."""

    name = "indeed"
    label = "Indeed"
    senders = ("indeed.com", "indeedemail.com")
    headers: tuple[tuple[str, str], ...] = ()
    search = ("Indeed Application:", "apply.indeed.com")

    def matches(self, message: Message) -> bool:
        mailbox, _, domain = message.sender.address.partition("@")
        if domain == "indeedemail.com" and mailbox != "noreply":
            return False
        return mailbox in _MAILBOXES and not domain.startswith(_ALERTS)

    def parse(self, message: Message) -> list[MailEvent]:
        subject = subject_of(message).cut(0, _SUBJECT_CHARACTERS)
        if is_reply(subject):
            return []
        group, names = subject_names(subject)
        kind = _kind_said(message, subject, group)
        if kind is None:
            return []
        if kind.value == "applied":
            found = read_receipt(message, names)
        else:
            # A refusal may come under the subject of a receipt, which names the title.
            known = read_receipt(message, names) if group == "receipts" else names
            found = read_update(message, known, refused=kind.value in _REFUSALS)
        return [_event(message, kind, found)] if found.title or found.company else []


def _kind_said(message: Message, subject: Passage, group: str | None) -> Said | None:
    content = header_of(message, _CONTENT)
    if content and len(content.text) <= _MAX_CONTENT and _RECEIPT in content.text.upper():
        return said_kind("applied", content)
    if group is None:
        by_subject = decide(subject)
        is_refusal = by_subject is not None and by_subject.kind == "rejected"
        return said_kind("rejected", by_subject.passage) if by_subject and is_refusal else None
    first = (subject,) if group == "updates" else ()
    decision = decide(*first, *_news(message))
    if group == "receipts":
        refused = decision is not None and decision.kind in _REFUSALS
        return (
            said_kind(decision.kind, decision.passage)
            if decision and refused
            else said_kind("applied", subject)
        )
    moved = decision is not None and decision.kind in _MOVES
    return said_kind(decision.kind, decision.passage) if decision and moved else None


def _news(message: Message) -> Iterator[Passage]:
    """Yield what may say what happened: the bodies without the lines that give advice."""
    for body in bodies_of(message):
        written = cut_quotes(body.cut(0, _MAX_CHARACTERS))
        start = 0
        for advice in written.search_all(_ADVICE):
            stop = max(written.text.rfind(end, start, advice.match.start()) for end in "\n.!?")
            yield written.cut(start, max(stop + 1, start))
            start = advice.match.end()
        yield written.cut(start)


def _event(message: Message, kind: Said, names: Names) -> MailEvent:
    start = interview_start(message) if kind.value == "interview" else None
    return make_event(
        kind,
        said("title", names.title),
        said("company", names.company),
        said("location", names.location),
        said_link(names.link, hosts=("indeed.com",), rewrite=_posting),
        said_scheduled(*(start or (None, None))),
    )


def _posting(address: str) -> str | None:
    """Return the public address of the posting: the one in the mail opens the application without a log-in."""
    found = _JOB_KEY.search(address)
    return f"https://www.indeed.com/viewjob?jk={found[1]}" if found else None
