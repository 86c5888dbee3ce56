"""The network of a test: scripted answers, failures at will, and nothing that reaches a real host."""

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
class Asked:
    """One request as the provider made it."""

    method: Method
    url: str
    params: Fields
    form: Fields
    headers: Fields


Reply = HttpAnswer | Callable[[Asked], HttpAnswer]


def json_answer(document: object, *, status: int = 200) -> HttpAnswer:
    """Return the answer that carries `document`."""
    return HttpAnswer(
        status=status,
        headers={"content-type": "application/json"},
        body=json.dumps(document).encode(),
    )


class UnexpectedRequest(AssertionError):
    """A request that the script has no answer for."""


class NoNetwork:
    """An HTTP client for a provider that has no business with the network."""

    def request(
        self,
        method: Method,
        url: str,
        *,
        params: Fields | None = None,
        form: Fields | None = None,
        headers: Fields | None = None,
    ) -> HttpAnswer:
        raise UnexpectedRequest(f"{method} {urlsplit(url).hostname}")


@dataclass
class ScriptedHttp:
    """Answers `"GET https://host/path"` (no query) from `replies` and keeps what was asked.

    `spoil`: the place (from 0) of the request to spoil, and the answer or failure it gets instead.
    """

    replies: Mapping[str, Reply]
    spoil: tuple[int, HttpAnswer | OutageReason] | None = None
    asked: list[Asked] = field(default_factory=list)

    def request(
        self,
        method: Method,
        url: str,
        *,
        params: Fields | None = None,
        form: Fields | None = None,
        headers: Fields | None = None,
    ) -> HttpAnswer:
        asked = Asked(
            method=method, url=url, params=params or {}, form=form or {}, headers=headers or {}
        )
        place = len(self.asked)
        self.asked.append(asked)
        if self.spoil and self.spoil[0] == place:
            return self._spoiled(self.spoil[1], url)
        reply = self.replies.get(f"{method} {url.partition('?')[0]}")
        if reply is None:
            raise UnexpectedRequest(f"{method} {url.partition('?')[0]}")
        return reply(asked) if callable(reply) else reply

    def _spoiled(self, spoiled: HttpAnswer | OutageReason, url: str) -> HttpAnswer:
        if isinstance(spoiled, HttpAnswer):
            return spoiled
        raise HttpFailure(spoiled, urlsplit(url).hostname or "")


@contextmanager
def no_sockets() -> Iterator[None]:
    """Fail every connection: what a provider needs of the network comes with its context."""

    def refuse(*_: object) -> None:
        raise UnexpectedRequest("a connection past the context's HTTP client")

    with (
        patch.object(socket.socket, "connect", refuse),
        patch.object(socket, "getaddrinfo", refuse),
    ):
        yield
