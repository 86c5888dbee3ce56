"""The contract tests of a mail source."""

from __future__ import annotations

import builtins
import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar
from unittest.mock import patch

from providers.claims import claimed_by, find_faults
from providers.conformance.network import UnexpectedRequest, no_sockets
from providers.contracts import MailSource
from providers.loading import NAME
from providers.messages import MailEvent, Message
from providers.reading.evidence import is_there
from providers.reading.markup import visible_text

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
            "it must have `name`, `senders`, `headers`, `search`, `matches` and `parse`"
        )
        assert NAME.fullmatch(self.source.name), f"{self.source.name!r} is not a valid name"

    def test_claims_only_senders_of_its_own(self) -> None:
        assert not list(find_faults(self.source))
        for sender in self.source.senders:
            assert sender not in PUBLIC_DOMAINS, f"anyone can have an address at {sender}"

    def test_golden_mail_is_its_own(self) -> None:
        assert any(mail.events for mail in self.golden), "at least one golden mail must have events"
        for mail in self.golden:
            assert claimed_by(self.source, mail.message), (
                f"{mail.message.sender.address} isn't claimed"
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
                    assert is_there(evidence, mail.message), f"{evidence!r} isn't in the mail"

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
    opened = open

    def refuse(file: object, *arguments: object, **options: object) -> object:
        # The tz database is read when a zone is first named.
        if "zoneinfo" in str(file):
            return opened(file, *arguments, **options)  # type: ignore[call-overload]
        raise UnexpectedRequest("a parser opens no files")

    # pathlib looks it up in `io`.
    with no_sockets(), patch.object(builtins, "open", refuse), patch.object(io, "open", refuse):
        yield


def _mutilations(message: Message) -> Iterator[Message]:
    """Yield the mail with each part removed, truncated, or replaced by hostile content."""
    for part in ("subject", "text"):
        yield message.model_copy(update={part: ""})
    yield _with_html(message, "")
    yield _with_html(message, "").model_copy(update={"text": "", "headers": ()})
    for tenth in range(1, 10):
        yield _with_html(message, message.html[: len(message.html) * tenth // 10])
    for hostile in HOSTILE_HTML:
        yield _with_html(message, hostile + message.html).model_copy(update={"text": hostile})
    yield message.model_copy(update={"subject": "at for at for " * 1000})


def _with_html(message: Message, html: str) -> Message:
    return message.model_copy(update={"html": html, "visible_text": visible_text(html)})
