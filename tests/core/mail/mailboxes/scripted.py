"""A mailbox that brings what a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from providers.contracts import Fetched, FetchedMail, MailboxContext
from tests.core.mail.mailboxes.gmail import proven_mail
from tests.mail.indeed import receipt


@dataclass
class Scripted:
    """A mailbox that yields these pieces, and may raise; `at` runs before the piece of that number."""

    pieces: list[Fetched]
    error: Exception | None = None
    at: dict[int, Callable[[], object]] = field(default_factory=dict)
    cursors: list[str | None] = field(default_factory=list)
    name: str = "scripted"

    def fetch(self, cursor: str | None, context: MailboxContext) -> Iterator[Fetched]:
        self.cursors.append(cursor)
        start = 0 if cursor is None else int(cursor)
        for number, piece in enumerate(self.pieces[start:], start):
            self.at.get(number, lambda: None)()
            yield piece
        if self.error is not None:
            raise self.error


def piece_of(number: int, *titles: str) -> Fetched:
    """Return the piece of that number, behind which a fetch resumes with the next one."""
    mails = [
        FetchedMail(key=title, raw=proven_mail(receipt(title, "Acme"), title)) for title in titles
    ]
    return Fetched(mails=tuple(mails), cursor=str(number + 1), authserv_id="mx.google.com")


PIECES = [piece_of(0, "Cook"), piece_of(1, "Waiter"), piece_of(2, "Porter")]
