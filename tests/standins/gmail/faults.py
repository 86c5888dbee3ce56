"""What goes wrong at this Gmail: errors in its own words, and bodies that aren't what they should be."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from tests.standins.server import Reply

Fault = Literal[
    "401", "scope", "403", "429", "429-text", "daily", "500", "503", "403-bare", "closed",
    "not-configured",
    "cut", "half-base64", "no-base64", "other-id", "no-raw", "html", "redirect",
]  # fmt: skip
# Those that Gmail itself shows on a bad day.
PASSING: tuple[Fault, ...] = ("500", "503", "429", "403", "cut")


def error(
    status: int, message: str, *, reason: str, state: str, headers: dict[str, str] | None = None
) -> Reply:
    """Return an error in the shape of Google's APIs."""
    details = [{"message": message, "domain": "global", "reason": reason}]
    body = {"code": status, "message": message, "errors": details, "status": state}
    return Reply(status, {"error": body}, headers=headers or {})


UNAUTHORIZED = error(
    401,
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
    "or other valid authentication credential.",
    reason="authError",
    state="UNAUTHENTICATED",
)
NO_SCOPE = error(
    403,
    "Request had insufficient authentication scopes.",
    reason="insufficientPermissions",
    state="PERMISSION_DENIED",
)
NOT_FOUND = error(404, "Requested entity was not found.", reason="notFound", state="NOT_FOUND")


def invalid(message: str) -> Reply:
    return error(400, message, reason="invalidArgument", state="INVALID_ARGUMENT")


def rate_limited(status: int, *, retry_after: int | None = None) -> Reply:
    reason = "rateLimitExceeded" if status == 429 else "userRateLimitExceeded"
    state = "RESOURCE_EXHAUSTED" if status == 429 else "PERMISSION_DENIED"
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return error(status, "User-rate limit exceeded.", reason=reason, state=state, headers=headers)


@dataclass
class Faults:
    """`share`: of all requests that fail by chance, in one of the ways of `PASSING`."""

    share: float = 0.0
    retry_at: Callable[[], str] = lambda: "2026-01-01T00:00:00.000Z"
    _chance: random.Random = field(default_factory=lambda: random.Random(13))  # noqa: S311
    _planned: list[list[object]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, fault: Fault, *, path: str = "", times: int | None = None) -> None:
        """Let requests fail whose path ends so; `times` None: until `clear`."""
        with self._lock:
            self._planned.append([fault, path, times])

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def take(self, path: str) -> Fault | None:
        with self._lock:
            for planned in self._planned:
                fault, end, times = planned
                if path.endswith(str(end)) and times != 0:
                    planned[2] = times - 1 if isinstance(times, int) else None
                    return fault  # type: ignore[return-value]
            if self._chance.random() < self.share:
                return self._chance.choice(PASSING)
        return None

    def spoil(self, fault: Fault, reply: Reply) -> Reply:
        """Return what comes instead of a good reply."""
        document = reply.document if isinstance(reply.document, dict) else {}
        raw = reply.base64.get("raw", b"")
        spoiled = {
            "401": lambda: UNAUTHORIZED,
            "scope": lambda: NO_SCOPE,
            "403": lambda: rate_limited(403),
            "429": lambda: rate_limited(429, retry_after=3),
            "429-text": lambda: error(
                429,
                f"User-rate limit exceeded.  Retry after {self.retry_at()}",
                reason="userRateLimitExceeded",
                state="RESOURCE_EXHAUSTED",
            ),
            "daily": lambda: error(
                403, "Daily Limit", reason="dailyLimitExceeded", state="PERMISSION_DENIED"
            ),
            "closed": lambda: error(
                403, "Closed", reason="domainPolicy", state="PERMISSION_DENIED"
            ),
            "not-configured": lambda: error(
                403, "Not enabled", reason="accessNotConfigured", state="PERMISSION_DENIED"
            ),
            "403-bare": lambda: Reply(403, {}),
            "500": lambda: error(500, "Internal", reason="backendError", state="INTERNAL"),
            "503": lambda: error(503, "Later", reason="backendError", state="UNAVAILABLE"),
            "html": lambda: Reply(200, "<html>"),
            "redirect": lambda: Reply(302, {}, headers={"Location": "http://127.0.0.2:9/"}),
            "cut": lambda: replace(reply, is_cut=True),
            "half-base64": lambda: replace(reply, base64={"raw": raw[: len(raw) // 8 * 4 + 1]}),
            "no-base64": lambda: replace(reply, base64={"raw": b"%" + raw}),
            "other-id": lambda: replace(reply, document=document | {"id": "ffffffffffffffff"}),
            "no-raw": lambda: replace(reply, base64={}),
        }
        return spoiled[fault]()
