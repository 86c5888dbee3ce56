"""Mail of Indeed about the user's own applications, 2018 to today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from plugins.indeed.names import Names, read_receipt, read_update, subject_names
from providers.messages import EventKind, MailEvent, Message
from providers.reading import (
    Passage,
    Said,
    bodies_of,
    cut_quotes,
    decide,
    header_of,
    is_reply,
    make_event,
    said,
    said_kind,
    said_link,
    subject_of,
)

# Alerts, invitations to apply and reminders of unfinished applications come from other addresses; so does what
# employers write (`@indeedemail.com`).
_MAILBOXES: Final = frozenset({"indeedapply", "noreply", "donotreply", "do-not-reply"})
_ALERTS: Final = ("match.", "jobalert.")
_CONTENT: Final = "X-Indeed-Content-Type"
_RECEIPT: Final = "APPLY_CONFIRMATION"
# Below it nothing is about the application: `Never ... take job offers without an interview`.
_FOOTER: Final = re.compile(
    r"^.*(?:bank details|bank account|without an interview|job offers? without|scam|fraud|unsubscribe|"
    r"© ?\d{4}|privacy policy|help cent).*$",
    re.IGNORECASE | re.MULTILINE,
)
_MOVES: Final = frozenset({"rejected", "closed", "viewed", "withdrawn", "interview", "assessment", "offer"})
_REFUSALS: Final = frozenset({"rejected", "closed", "withdrawn"})
_JOB_KEY: Final = re.compile(r"(?:[?&]|%3F|%26)jk(?:=|%3D)([0-9a-f]{8,32})", re.IGNORECASE)


class IndeedSource:
    """Goes by the header that says what a mail is, else by the subject; the title and the company stand in the HTML."""

    name = "indeed"
    senders = ("indeed.com", "indeedemail.com")
    headers: tuple[tuple[str, str], ...] = ()
    search = ("Indeed Application:", "apply.indeed.com")

    def matches(self, message: Message) -> bool:
        mailbox, _, domain = message.sender.address.partition("@")
        if domain == "indeedemail.com" and mailbox != "noreply":
            return False
        return mailbox in _MAILBOXES and not domain.startswith(_ALERTS)

    def parse(self, message: Message) -> list[MailEvent]:
        subject = subject_of(message)
        if is_reply(subject):
            return []
        group, names = subject_names(subject)
        kind = _kind_said(message, subject, group)
        if kind is None:
            return []
        read = read_receipt if kind.value == "applied" or group == "receipts" else read_update
        found = read(message, names)
        return [_event(kind, found)] if found.title or found.company else []


def _kind_said(message: Message, subject: Passage, group: str | None) -> Said | None:
    content = header_of(message, _CONTENT)
    if content and _RECEIPT in content.text.upper():
        return said_kind("applied", content)
    decision = decide(subject, *_bodies(message)) if group == "updates" else decide(*_bodies(message))
    if group == "receipts":
        if decision and decision.kind in _REFUSALS:
            return said_kind(decision.kind, decision.passage)
        return said_kind("applied", subject)
    if group == "updates":
        return said_kind(decision.kind, decision.passage) if decision and decision.kind in _MOVES else None
    by_subject = decide(subject)
    fixed: dict[EventKind, bool] = {"rejected": True, "viewed": True, "closed": True}
    return said_kind(by_subject.kind, by_subject.passage) if by_subject and by_subject.kind in fixed else None


def _bodies(message: Message) -> Iterator[Passage]:
    for body in bodies_of(message):
        written = cut_quotes(body)
        footer = written.search(_FOOTER)
        yield written.cut(0, footer.match.start()) if footer else written


def _event(kind: Said, names: Names) -> MailEvent:
    return make_event(
        kind,
        said("title", names.title),
        said("company", names.company),
        said("location", names.location),
        said_link(names.link, hosts=("indeed.com",), rewrite=_posting),
    )


def _posting(address: str) -> str | None:
    """Return the public address of the posting: the one in the mail opens the application without a log-in."""
    found = _JOB_KEY.search(address)
    return f"https://www.indeed.com/viewjob?jk={found[1]}" if found else None
