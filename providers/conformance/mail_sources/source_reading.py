"""How the contract tests ask a mail source about mail, and what they hold its answers against."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import ClassVar

from providers.claims import claimed_by
from providers.conformance.mail_sources.golden import GoldenMail
from providers.conformance.mail_sources.guard import no_input_or_output
from providers.conformance.mail_sources.values import find_unfounded
from providers.contracts import MailEvent, MailSource, Message
from providers.interpretation import ask_source
from providers.reading.evidence import is_there

_MOST_OF_EACH = 12


class SourceReading:
    """A source, and the golden mail that it is asked about."""

    source: ClassVar[MailSource]
    golden: ClassVar[Sequence[GoldenMail]]

    def _asked(self) -> list[GoldenMail]:
        """Return the golden mail that a source is asked about, and that isn't broken."""
        return [mail for mail in self.golden if not mail.raises and not mail.is_kept_out]

    def _telling(self) -> list[GoldenMail]:
        return [mail for mail in self._asked() if mail.events]

    def _some(self, mails: Sequence[GoldenMail] | None = None) -> Iterator[GoldenMail]:
        """Yield a dozen of the golden mails, evenly."""
        chosen = self._asked() if mails is None else mails
        yield from chosen[:: -(-len(chosen) // _MOST_OF_EACH) or 1]

    def _parse(self, message: Message) -> tuple[MailEvent, ...]:
        """Return what the source says of a mail that it claims, () of any other."""
        if not claimed_by(self.source, message):
            return ()
        with no_input_or_output():
            return ask_source(self.source, message)

    def _error_of(self, message: Message) -> str:
        try:
            self._parse(message)
        except Exception as error:  # noqa: BLE001 - whatever the source raises
            return f"{error}"
        return ""

    def _ask_unwatched(self, message: Message) -> object:
        try:
            return ask_source(self.source, message)
        except Exception as error:
            raise AssertionError(f"raised {type(error).__name__}: {error}") from error

    def _ask_whatever_it_raises(self, message: Message) -> None:
        with contextlib.suppress(Exception):
            ask_source(self.source, message)

    def _check_events(self, mail: GoldenMail, message: Message, what: str) -> None:
        events = self._parse(message)
        wanted = [dict(one) if not isinstance(one, MailEvent) else one for one in mail.events]
        assert mail.says(events), f"{what}: {events!r} instead of {wanted!r}"

    def _check_evidence(self, message: Message, what: str) -> None:
        for event in self._parse(message):
            for evidence in event.evidence:
                assert is_there(evidence, message), f"{what}: {evidence!r} isn't in the mail"
            unfounded = list(find_unfounded(event))
            assert not unfounded, f"{what}: {'; '.join(unfounded)}"
