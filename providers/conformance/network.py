"""HTTP clients for tests: scripted responses and failures; no request reaches a real host."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from unittest.mock import patch
from urllib.parse import urlsplit

from providers.context import HttpAnswer
from providers.errors import HttpFailure, OutageReason

Method = Literal["GET", "POST", "DELETE"]
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """One request as the provider made it; missing parameters are empty mappings."""

    method: Method
    url: str
    params: Fields
    form: Fields
    headers: Fields


Reply = HttpAnswer | Callable[[SentRequest], HttpAnswer]


def json_answer(payload: object, *, status: int = 200) -> HttpAnswer:
    """Return a response whose body is `payload` as JSON."""
    return HttpAnswer(
        status=status,
        headers={"content-type": "application/json"},
        body=json.dumps(payload).encode(),
    )


class UnexpectedRequest(AssertionError):
    """The provider made a request that the test does not allow."""


class NoNetwork:
    """An HTTP client that raises `UnexpectedRequest` for every request."""

    def request(
        self,
        method: Method,
        url: str,
        *,
        params: Fields | None = None,
        form: Fields | None = None,
        headers: Fields | None = None,
        answer_bytes: int | None = None,
    ) -> HttpAnswer:
        raise UnexpectedRequest(f"{method} {urlsplit(url).hostname}")


@dataclass
class ScriptedHttp:
    """Responds to `"GET https://host/path"` (without the query) from `replies`, and records the requests in `sent`.

    `fault`: the index (from 0) of one request, and the response or failure that it gets instead; with `fault_lasts`
    each later one gets it too. Raises `UnexpectedRequest` for a request that is not in `replies`.
    """

    replies: Mapping[str, Reply]
    fault: tuple[int, HttpAnswer | OutageReason] | None = None
    sent: list[SentRequest] = field(default_factory=list)
    fault_lasts: bool = False

    def request(
        self,
        method: Method,
        url: str,
        *,
        params: Fields | None = None,
        form: Fields | None = None,
        headers: Fields | None = None,
        answer_bytes: int | None = None,
    ) -> HttpAnswer:
        request = SentRequest(
            method=method, url=url, params=params or {}, form=form or {}, headers=headers or {}
        )
        index = len(self.sent)
        self.sent.append(request)
        if self.fault and (index == self.fault[0] or (self.fault_lasts and index > self.fault[0])):
            return self._apply_fault(self.fault[1], url)
        reply = self.replies.get(f"{method} {url.partition('?')[0]}")
        if reply is None:
            raise UnexpectedRequest(f"{method} {url.partition('?')[0]}")
        return reply(request) if callable(reply) else reply

    def _apply_fault(self, fault: HttpAnswer | OutageReason, url: str) -> HttpAnswer:
        if isinstance(fault, HttpAnswer):
            return fault
        raise HttpFailure(fault, urlsplit(url).hostname or "")


@contextmanager
def no_sockets() -> Iterator[None]:
    """Raise `UnexpectedRequest` for every connection that bypasses the HTTP client of the context."""

    def reject(*_: object) -> None:
        raise UnexpectedRequest("a connection that bypasses the HTTP client of the context")

    with (
        patch.object(socket.socket, "connect", reject),
        patch.object(socket, "getaddrinfo", reject),
    ):
        yield
