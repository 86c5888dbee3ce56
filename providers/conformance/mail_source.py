"""The contract tests of a mail source."""

from __future__ import annotations

import builtins
import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import ClassVar
from unittest.mock import patch

from providers.conformance.network import UnexpectedRequest, no_sockets
from providers.contracts import MailSource
from providers.loading import NAME, SENDER
from providers.messages import Evidence, MailEvent, Message

SECONDS_PER_MAIL = 2.0
# Anyone can have an address at these domains: a source that claims one would read private mail.
PUBLIC_DOMAINS = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com"}
)
HOSTILE_HTML = (
    "<div>" * 20_000,
    "<a href='" * 5_000,
    "&#0;&bogus;" * 5_000,
    "<!--" * 5_000,
    "\u200b" * 50_000,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenMail:
    """A mail, and the events that the source must return for it."""

    message: Message
    events: tuple[MailEvent, ...]


class MailSourceContract:
    """Subclass as `Test...`, and set `source` and `golden`: at least one mail that has events."""

    source: ClassVar[MailSource]
    golden: ClassVar[Sequence[GoldenMail]]

    def test_is_a_mail_source_with_a_usable_name(self) -> None:
        assert isinstance(self.source, MailSource), (
            "it must have `name`, `senders`, `matches` and `parse`"
        )
        assert NAME.fullmatch(self.source.name), f"{self.source.name!r} is not a valid name"

    def test_claims_only_senders_of_its_own(self) -> None:
        assert self.source.senders, "a source without senders reads nothing"
        for sender in self.source.senders:
            assert SENDER.fullmatch(sender), (
                f"{sender!r} is neither a domain nor an address in lower case"
            )
            assert sender not in PUBLIC_DOMAINS, f"anyone can have an address at {sender}"

    def test_golden_mail_is_its_own(self) -> None:
        assert any(mail.events for mail in self.golden), "at least one golden mail must have events"
        for mail in self.golden:
            sender = mail.message.sender
            assert any(sender.belongs_to(claim) for claim in self.source.senders), (
                f"{sender.address} isn't claimed"
            )
            if mail.events:
                assert self.source.matches(mail.message) is True, (
                    f"{mail.message.subject!r} must match"
                )

    def test_golden_mail_says_what_it_says_each_time(self) -> None:
        for mail in self.golden:
            for _ in range(2):
                assert tuple(self._parse(mail.message)) == mail.events, f"{mail.message.subject!r}"

    def test_evidence_is_found_where_it_is_said_to_be(self) -> None:
        for mail in self.golden:
            for event in self._parse(mail.message):
                for evidence in event.evidence:
                    assert _is_there(evidence, mail.message), f"{evidence!r} isn't in the mail"

    def test_mutilated_mail_ends_in_events_or_an_exception_and_soon(self) -> None:
        for mail in self.golden:
            for mutilated in _mutilations(mail.message):
                started = time.monotonic()
                try:
                    events = self._parse(mutilated)
                except UnexpectedRequest:
                    raise
                except Exception:  # noqa: BLE001, S112 - "mine, and wrong": the message is kept for a later try
                    continue
                finally:
                    took = time.monotonic() - started
                    assert took < SECONDS_PER_MAIL, f"{took:.1f} s for one mail"
                assert all(isinstance(event, MailEvent) for event in events)

    def _parse(self, message: Message) -> list[MailEvent]:
        with _no_input_or_output():
            if not self.source.matches(message):
                return []
            events = self.source.parse(message)
        assert isinstance(events, list), (
            "parse returns a list, which is empty for a mail without events"
        )
        return events


@contextmanager
def _no_input_or_output() -> Iterator[None]:
    def refuse(*_: object, **__: object) -> None:
        raise UnexpectedRequest("a parser opens no files")

    # pathlib looks it up in `io`.
    with no_sockets(), patch.object(builtins, "open", refuse), patch.object(io, "open", refuse):
        yield


def _mutilations(message: Message) -> Iterator[Message]:
    """Yield the mail with each part removed, truncated, or replaced by hostile content."""
    for part in ("subject", "text", "html"):
        yield message.model_copy(update={part: ""})
    yield message.model_copy(update={"text": "", "html": "", "headers": ()})
    for tenth in range(1, 10):
        yield message.model_copy(update={"html": message.html[: len(message.html) * tenth // 10]})
    for hostile in HOSTILE_HTML:
        yield message.model_copy(update={"html": hostile + message.html, "text": hostile})
    yield message.model_copy(update={"subject": "at for at for " * 1000})


def _is_there(evidence: Evidence, message: Message) -> bool:
    quote = _collapsed(evidence.quote)
    if evidence.place == "subject":
        return quote in _collapsed(message.subject)
    if evidence.place == "text":
        return quote in _collapsed(message.text)
    if evidence.place == "sender":
        return quote in _collapsed(f"{message.sender.name} {message.sender.address}")
    if evidence.place == "header":
        return any(quote in _collapsed(f"{name}: {value}") for name, value in message.headers)
    if evidence.place == "received_at":
        return quote == message.received_at.isoformat()
    return quote in _collapsed(message.html) or quote in _collapsed(_VisibleText.of(message.html))


def _collapsed(text: str) -> str:
    return " ".join(text.split())


class _VisibleText(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @classmethod
    def of(cls, html: str) -> str:
        """Return the text between the tags, each piece apart from the next."""
        parser = cls()
        parser.feed(html)
        parser.close()
        return " ".join(parser.pieces)
