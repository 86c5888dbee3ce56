"""A Gmail in this process, for answers and pauses that the stand-in doesn't have."""

from __future__ import annotations

from abc import ABC, abstractmethod
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from plugins.gmail.mailbox import GmailMailbox
from providers.contracts import (
    Fetched,
    Grant,
    HttpAnswer,
    HttpFailure,
    MailboxContext,
    ProviderError,
)
from tests.plugins.gmail.mailboxes import BOARD, Clock, write

# The base64 of a mail that the search of these tests finds.
RAW = urlsafe_b64encode(write("no-reply@jobs.example", number=1).encode()).decode()


@dataclass
class AnsweringGmail(ABC):
    """An HTTP client that answers itself, for a user whose fetches may take a minute of `clock`."""

    clock: Clock = field(default_factory=Clock, kw_only=True)

    @abstractmethod
    def answer(self, name: str, params: Mapping[str, str]) -> HttpAnswer:
        """Return the answer to a request. `name`: the path below `users/me/`, such as `messages/a1`."""

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        answer_bytes: int | None = None,
    ) -> HttpAnswer:
        answer = self.answer(url.rpartition("/me/")[2], params or {})
        if answer_bytes is not None and len(answer.body) > answer_bytes:
            raise HttpFailure("too-large", "gmail.test")
        return answer

    @property
    def context(self) -> MailboxContext:
        return MailboxContext(
            http=self,
            search=BOARD,
            grant=Grant(access_token="t", client_id="ours"),
            now=self.clock.now,
            sleep=self.clock.sleep,
            deadline=self.clock.now() + timedelta(seconds=60),
        )

    def fetch(self, cursor: str | None = None) -> tuple[list[Fetched], ProviderError | None]:
        """Return what a fetch brings, and what it ends with."""
        pieces: list[Fetched] = []
        try:
            pieces.extend(GmailMailbox().fetch(cursor, self.context))
        except ProviderError as error:
            return pieces, error
        return pieces, None
