"""The mailboxes that this Gmail has."""

from __future__ import annotations

import base64
import email
import email.policy
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

Record = dict[str, object]
# Of one mail: with each phrase of a search in 25 MB, this process would be slower than what it is a stand-in for.
SEARCHED_CHARACTERS = 100_000


@dataclass
class GmailMessage:
    """One message. `received_ms`: milliseconds since 1970; `history_id`: of its last change."""

    id: str
    thread_id: str
    labels: list[str]
    received_ms: int
    raw: bytes
    history_id: int

    @cached_property
    def parsed(self) -> email.message.EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @cached_property
    def sought(self) -> dict[str, str]:
        """Return what a search looks at, in lower case."""
        parts = [part for part in self.parsed.walk() if part.get_content_maintype() == "text"]
        words = " ".join(" ".join(str(part.get_content()).split()) for part in parts)
        names = {name: str(self.parsed[name] or "").lower() for name in ("from", "to", "subject")}
        return names | {
            "text": f"{names['subject']} {words[:SEARCHED_CHARACTERS].lower()}",
            "message-id": str(self.parsed["message-id"] or "").strip("<> ").lower(),
            "attachment": "yes" if any(self.parsed.iter_attachments()) else "",
        }

    def document(self) -> dict[str, object]:
        return {
            "id": self.id,
            "threadId": self.thread_id,
            "labelIds": list(self.labels),
            "snippet": self.sought["text"][:80],
            "historyId": str(self.history_id),
            "internalDate": str(self.received_ms),
            "sizeEstimate": len(self.raw),
        }

    @cached_property
    def encoded(self) -> bytes:
        return base64.urlsafe_b64encode(self.raw)


@dataclass
class GmailAccount:
    """One user's mailbox. Ids of the history grow with gaps."""

    email: str
    messages: dict[str, GmailMessage] = field(default_factory=dict)
    history: list[Record] = field(default_factory=list)
    last_history_id: int = 1000
    forgotten_before: int = 0
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def deliver(
        self, raw: bytes, *, labels: Iterable[str] = ("INBOX", "UNREAD"), received_ms: int
    ) -> str:
        """Put a message into the mailbox; return its id."""
        message_id = f"{(0x1900000 + next(self._numbers)) * 0x9E3779B97F4A7C15 % 2**64:016x}"
        history_id = self._next_history_id()
        message = GmailMessage(message_id, message_id, list(labels), received_ms, raw, history_id)
        self.messages[message_id] = message
        self._record(history_id, message, "messagesAdded", {})
        return message_id

    def delete(self, message_id: str) -> None:
        message = self.messages.pop(message_id)
        self._record(self._next_history_id(), message, "messagesDeleted", {})

    def relabel(
        self, message_id: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> None:
        message = self.messages[message_id]
        for kind, changed in (("labelsAdded", list(add)), ("labelsRemoved", list(remove))):
            if changed:
                is_added = kind == "labelsAdded"
                kept = [label for label in message.labels if label not in changed]
                message.labels = [*kept, *(changed if is_added else ())]
                message.history_id = self._next_history_id()
                self._record(message.history_id, message, kind, {"labelIds": changed})

    def forget_history(self) -> None:
        """Let every history id that was given out so far be too old."""
        self.forgotten_before = self.last_history_id + 1
        self._next_history_id()
        self.history.clear()

    def _next_history_id(self) -> int:
        self.last_history_id += 7
        return self.last_history_id

    def _record(
        self, history_id: int, message: GmailMessage, kind: str, more: dict[str, object]
    ) -> None:
        short = {"id": message.id, "threadId": message.thread_id}
        change = {"message": short | {"labelIds": list(message.labels)}} | more
        self.history.append({"id": str(history_id), "messages": [short], kind: [change]})
