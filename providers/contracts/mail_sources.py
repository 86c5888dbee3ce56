"""What mail of a job board or applicant system says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from providers.messages import MailEvent, Message


@runtime_checkable
class MailSource(Protocol):
    """Reads the mail of one job board or applicant system. No I/O.

    `senders`: lower-case addresses, or domains which stand for their subdomains too; with a star at its end, the
    beginning of an address (`notification@careersat*`). `headers`: pairs of a header's name and a text that its value
    holds, whatever the case. Both are for systems that send from the employers' own domains; anybody can write a
    header, or register such a domain, so mail that is claimed by these alone moves no application that another sender
    started. `search`: phrases that its mail shows in subject or body, for mailboxes that can't search a header. A
    source may also have a `label`: what people call the board, at most 100 characters; without it they see its name.
    """

    @property
    def name(self) -> str: ...

    @property
    def senders(self) -> Sequence[str]: ...

    @property
    def headers(self) -> Sequence[tuple[str, str]]: ...

    @property
    def search(self) -> Sequence[str]: ...

    def matches(self, message: Message) -> bool:
        """Tell whether `parse` should read it; asked only for mail that `senders` or `headers` claim."""
        ...

    def parse(self, message: Message) -> list[MailEvent]:
        """Return the events that the mail reports, [] for none, 100 at most. An exception means "mine, and wrong"."""
        ...
