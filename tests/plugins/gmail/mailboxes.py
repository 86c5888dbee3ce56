"""A user of the stand-in for Gmail, synthetic mail for the mailbox, and fetches of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from plugins.gmail.mailbox import GmailMailbox
from plugins.google.provider import GMAIL_READONLY
from providers.contracts import (
    Fetched,
    FetchedMail,
    Grant,
    HttpClient,
    MailboxContext,
    MailSearch,
    ProviderError,
    ProviderSettings,
)
from tests.standins.gmail.mailboxes import GmailAccount
from tests.standins.identity import IdentityStandin

EMAIL = "joe@gmail.test"
BOARD = MailSearch(senders=("jobs.example", "notification@careersat*"), phrases=("acme careers",))


class Clock:
    """A clock that only pauses move."""

    def __init__(self) -> None:
        self._now = datetime(2026, 7, 1, tzinfo=UTC)
        self._lock = threading.Lock()
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.pauses.append(seconds)
            self._now += timedelta(seconds=seconds)


@dataclass
class User:
    standin: IdentityStandin
    http: HttpClient
    clock: Clock
    deadline: datetime | None = None
    search: MailSearch = BOARD
    token: str = ""
    cursor: str | None = None
    pieces: list[Fetched] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.token = self.new_token(f"openid email {GMAIL_READONLY}")

    @property
    def account(self) -> GmailAccount:
        return self.standin.gmail.account(EMAIL)

    @property
    def units(self) -> int:
        return self.standin.gmail.spent.get(EMAIL, 0)

    def new_token(self, scope: str) -> str:
        google = self.standin.google
        google.add_client(client_id="ours", secret="our-secret")
        google.add_account(sub="42", email=EMAIL)
        return google.issue(sub="42", client_id="ours", scope=scope)

    def context(self) -> MailboxContext:
        return MailboxContext(
            http=self.http,
            search=self.search,
            grant=Grant(access_token=self.token, client_id="ours"),
            settings=ProviderSettings(base_url=self.standin.url),
            now=self.clock.now,
            sleep=self.clock.sleep,
            deadline=self.deadline,
        )

    def deliver(
        self,
        count: int = 1,
        *,
        sender: str = "no-reply@jobs.example",
        labels: str = "INBOX",
        **more: str,
    ) -> list[str]:
        """Put mails of a sender into the mailbox, a minute apart; return their ids."""
        return [
            self.standin.gmail.deliver(
                email=EMAIL,
                mail=write(sender, number=len(self.account.messages), **more),
                labels=labels.split(),
                received_at=1_780_000_000 + 60 * len(self.account.messages),
            )
            for _ in range(count)
        ]

    def pieces_of_a_fetch(self) -> Iterator[Fetched]:
        """Fetch; keep the cursor of each piece, as if it were stored."""
        for piece in GmailMailbox().fetch(self.cursor, self.context()):
            self.cursor = piece.cursor
            yield piece

    def fetch(self) -> list[FetchedMail]:
        return list(chain.from_iterable(piece.mails for piece in self.pieces_of_a_fetch()))

    def fetch_until_error(self) -> tuple[list[FetchedMail], ProviderError | None]:
        mails: list[FetchedMail] = []
        try:
            for piece in self.pieces_of_a_fetch():
                mails += piece.mails
        except ProviderError as error:
            return mails, error
        return mails, None

    def requests(self) -> list[str]:
        """Return the paths that were asked for since the last time, below the user's."""
        paths = [call.path.removeprefix("/gmail/v1/users/me/") for call in self.standin.calls]
        self.standin.calls.clear()
        return paths


def write(sender: str, *, number: int, subject: str = "Your application", text: str = "Hi") -> str:
    return (
        f"From: <{sender}>\r\nTo: <{EMAIL}>\r\nSubject: {subject}\r\n"
        f"Message-ID: <{number}@{sender.rpartition('@')[2]}>\r\n\r\n{text}\r\n"
    )


def keys(mails: list[FetchedMail]) -> list[str]:
    return [mail.key for mail in mails]


__all__ = ["BOARD", "EMAIL", "Clock", "User", "keys", "replace", "write"]
