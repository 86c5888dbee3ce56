"""The addresses of Gmail's API, the access that they need, and what a request costs."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.standins.gmail.faults import (
    NO_SCOPE,
    NOT_FOUND,
    UNAUTHORIZED,
    Faults,
    error,
    invalid,
    rate_limited,
)
from tests.standins.gmail.mailboxes import GmailAccount, GmailMessage
from tests.standins.gmail.search import UnknownSearch, compile_search, looks_outside_of_spam
from tests.standins.google import Google
from tests.standins.server import Call, Reply

BASE = "/gmail/v1/users/"
SCOPES = frozenset(
    {
        "https://www.googleapis.com/auth/gmail.readonly",
        "https://www.googleapis.com/auth/gmail.modify",
        "https://mail.google.com/",
    }
)
METADATA = "https://www.googleapis.com/auth/gmail.metadata"
# https://developers.google.com/workspace/gmail/api/reference/quota, for projects since May 2026.
UNITS = {"profile": 1, "messages": 5, "message": 20, "history": 2}
KNOWN = {
    "profile": frozenset[str](),
    "messages": frozenset({"q", "maxResults", "pageToken"}),
    "message": frozenset({"format"}),
    "history": frozenset({"startHistoryId", "maxResults", "pageToken"}),
}


class Unknown(Exception):
    """The real Gmail has it otherwise, or this one does not know it. The text says what."""


@dataclass
class Gmail:
    """`quota`: units for each user and minute, None for no limit. `spent`: units that were counted, by address.

    A request that fails counts; one that is refused for the quota doesn't. `latency`: seconds that an answer takes.
    """

    google: Google
    quota: int | None = None
    latency: float = 0.0
    clock: Callable[[], float] = time.time
    accounts: dict[str, GmailAccount] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    spent: dict[str, int] = field(default_factory=dict)
    is_token_of_page_good: bool = True
    _recent: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.faults.retry_at = self._retry_at

    def account(self, email: str) -> GmailAccount:
        """Return the mailbox of an address, which is made where there is none."""
        return self.accounts.setdefault(email, GmailAccount(email))

    def deliver(
        self,
        *,
        email: str,
        mail: str | bytes,
        labels: list[str] | None = None,
        received_at: float | None = None,
    ) -> str:
        """Put a mail into a mailbox; return its id. `received_at`: seconds since 1970."""
        raw = mail.encode() if isinstance(mail, str) else mail
        moment = self.clock() if received_at is None else received_at
        return self.account(email).deliver(
            raw,
            labels=("INBOX", "UNREAD") if labels is None else labels,
            received_ms=int(moment * 1000),
        )

    def controls(self) -> Mapping[str, Callable[..., object]]:
        return {
            "mails": self.deliver,
            "deletions": lambda *, email, id: self.account(email).delete(id),
            "labels": lambda *, email, id, **changed: self.account(email).relabel(id, **changed),
            "forgotten_history": lambda *, email: self.account(email).forget_history(),
            "faults": self.faults.plan,
            "no_faults": self.faults.clear,
            "settings": self._set,
            "units": lambda *, email: self.spent.get(email, 0),
        }

    def _set(self, *, quota: int | None = None, share: float = 0.0, latency: float = 0.0) -> None:
        self.quota, self.faults.share, self.latency = quota, share, latency

    def answer(self, call: Call) -> Reply:
        """Return Gmail's answer. Raises `Unknown`."""
        method, account_name, message_id = _read_path(call)
        if call.method != "GET" or call.body:
            raise Unknown(f"{call.method} {call.path}")
        if unknown := call.query.keys() - KNOWN[method]:
            raise Unknown(f"{call.path}: unknown {', '.join(sorted(unknown))}")
        if self.latency:
            time.sleep(self.latency)
        token = self.google.live_token(call.bearer)
        if token is None:
            return UNAUTHORIZED
        if not SCOPES & set(token.scopes):
            return _refuse_scope(token.scopes, call)
        if account_name not in ("me", token.account.email):
            return error(403, "Delegation denied", reason="forbidden", state="PERMISSION_DENIED")
        account = self.account(token.account.email)
        with self._lock:
            if not self._spend(account.email, UNITS[method]):
                return rate_limited(429, retry_after=5)
            reply = self._answer(method, account, message_id, call.query)
        fault = self.faults.take(call.path)
        return reply if fault is None else self.faults.spoil(fault, reply)

    def _answer(
        self, method: str, account: GmailAccount, message_id: str, query: Mapping[str, str]
    ) -> Reply:
        if method == "profile":
            return Reply(200, _profile(account))
        if method == "messages":
            return self._list(account, query)
        if method == "history":
            return self._history(account, query)
        message = account.messages.get(message_id)
        return NOT_FOUND if message is None else _message(message, query)

    def _spend(self, email: str, units: int) -> bool:
        """Count the units of a request; False where the minute's quota doesn't suffice."""
        now = self.clock()
        recent = [(at, cost) for at, cost in self._recent.get(email, []) if at > now - 60]
        if self.quota is not None and sum(cost for _, cost in recent) + units > self.quota:
            return False
        self._recent[email] = [*recent, (now, units)] if self.quota is not None else []
        self.spent[email] = self.spent.get(email, 0) + units
        return True

    def _list(self, account: GmailAccount, query: Mapping[str, str]) -> Reply:
        text = query.get("q", "")
        try:
            is_found = compile_search(text) if text.strip() else None
        except UnknownSearch as unknown:
            raise Unknown(f"the search {unknown}") from None
        found = [
            message
            for message in account.messages.values()
            if (is_found is None or is_found(message))
            and not (looks_outside_of_spam(text) and {"SPAM", "TRASH"} & set(message.labels))
        ]
        # A token of a page is a place in the order, newest first: mail that comes meanwhile moves nothing.
        ordered = sorted(((-one.received_ms, one.id), one) for one in found)
        token = query.get("pageToken")
        if token is not None:
            place = _read_token(token)
            if place is None or not self.is_token_of_page_good:
                return invalid("Invalid pageToken")
            ordered = [(key, one) for key, one in ordered if key > place]
        size = _page_size(query)
        document: dict[str, object] = {"resultSizeEstimate": 201 if found else 0}
        if page := ordered[:size]:
            document["messages"] = [{"id": one.id, "threadId": one.thread_id} for _, one in page]
        if len(ordered) > size:
            received, message_id = page[-1][0]
            document["nextPageToken"] = f"{-received}-{message_id}"
        return Reply(200, document)

    def _history(self, account: GmailAccount, query: Mapping[str, str]) -> Reply:
        start = query.get("startHistoryId", "")
        if not start.isdecimal():
            return invalid("Invalid startHistoryId")
        if int(start) < account.forgotten_before:
            return NOT_FOUND
        after, token = int(start), query.get("pageToken")
        if token is not None:
            if not token.isdecimal() or not self.is_token_of_page_good:
                return invalid("Invalid pageToken")
            after = int(token)
        records = [one for one in account.history if int(str(one["id"])) > after]
        size = _page_size(query)
        document: dict[str, object] = {"historyId": str(account.last_history_id)}
        if page := records[:size]:
            document["history"] = page
        if len(records) > size:
            document["nextPageToken"] = str(page[-1]["id"])
        return Reply(200, document)

    def _retry_at(self) -> str:
        moment = datetime.fromtimestamp(self.clock(), UTC) + timedelta(seconds=7)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _read_path(call: Call) -> tuple[str, str, str]:
    path = re.fullmatch(
        BASE + r"([^/]+)/(?:(profile|messages|history)|messages/([0-9a-f]{16}))", call.path
    )
    if path is None:
        raise Unknown(f"{call.method} {call.path}")
    return path[2] or "message", path[1], path[3] or ""


def _refuse_scope(scopes: tuple[str, ...], call: Call) -> Reply:
    if METADATA in scopes and "q" in call.query:
        message = "Metadata scope does not support 'q' parameter"
        return error(403, message, reason="forbidden", state="PERMISSION_DENIED")
    return NO_SCOPE


def _profile(account: GmailAccount) -> dict[str, object]:
    return {
        "emailAddress": account.email,
        "messagesTotal": len(account.messages),
        "threadsTotal": len(account.messages),
        "historyId": str(account.last_history_id),
    }


def _message(message: GmailMessage, query: Mapping[str, str]) -> Reply:
    shape = query.get("format", "full")
    if shape == "raw":
        return Reply(200, message.document(), base64={"raw": message.encoded})
    if shape == "minimal":
        return Reply(200, message.document())
    raise Unknown(f"format={shape}")


def _page_size(query: Mapping[str, str]) -> int:
    size = query.get("maxResults", "100")
    if not size.isdecimal() or not int(size):
        raise Unknown(f"maxResults={size}")
    return min(int(size), 500)


def _read_token(token: str) -> tuple[int, str] | None:
    parts = re.fullmatch(r"(\d+)-([0-9a-f]{16})", token)
    return (-int(parts[1]), parts[2]) if parts else None
