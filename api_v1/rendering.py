"""Renders values as JSON. Lists made by PostgreSQL pass through unchanged; orjson writes everything else once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Any, Final

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase, ResponseHeaders
from pydantic import BaseModel

from core.json_text import JsonText

CONTENT_TYPE: Final = "application/json; charset=utf-8"
# Replies contain personal data and keys: no cache may store them.
_ALWAYS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

# orjson passes dates to `_default`, since each API has its own format.
_OPTIONS: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True, slots=True)
class JsonWriter:
    """How one API writes what JSON doesn't define: null fields of models, and dates."""

    keeps_nulls: bool
    write_date: Callable[[datetime], str]

    def dumps(self, value: object) -> bytes:
        """Return the JSON of plain values, pydantic models, dates, UUIDs and `JsonText`, at any depth."""
        if type(value) is JsonText:
            # orjson.loads, which an older version needs, reads bytes, but no subclass of them.
            return bytes(value)
        return orjson.dumps(value, default=self._default, option=_OPTIONS)

    def _default(self, value: object) -> Any:  # Any: what orjson can write
        if isinstance(value, BaseModel):
            return value.model_dump(by_alias=True, exclude_none=not self.keeps_nulls)
        if isinstance(value, datetime):
            return self.write_date(value)
        if isinstance(value, JsonText):
            return orjson.Fragment(bytes(value))
        raise TypeError(f"{type(value).__name__} has no JSON form here")


def _to_naive_utc(time: datetime) -> datetime:
    if time.tzinfo is None:
        raise TypeError("A date without a time zone can't be rendered")
    return time.astimezone(UTC).replace(tzinfo=None)


def write_happo_date(time: datetime) -> str:
    """Return `2018-07-05T09:57:09.244Z`: always milliseconds."""
    return _to_naive_utc(time).isoformat(timespec="milliseconds") + "Z"


def write_jobhax_date(time: datetime) -> str:
    """Return `2019-02-10T10:38:36.202351Z`, or `2019-01-23T14:18:12Z` where there are no microseconds."""
    return _to_naive_utc(time).isoformat() + "Z"


def json_response(content: bytes, *, status: int) -> HttpResponse:
    """Return a complete response of either API."""
    return _JsonResponse(content, status=status)


class _JsonResponse(HttpResponse):
    """What Django's own constructor makes of these arguments, in a fifth of its time. A test compares the two."""

    def __init__(self, content: bytes, *, status: int) -> None:
        self.headers = ResponseHeaders({})
        put_headers(self, {"Content-Type": CONTENT_TYPE})
        mark_private(self)
        put_headers(self, {"Content-Length": str(len(content))})
        self.status_code = status
        self.cookies = SimpleCookie()
        self.closed = False
        self._charset = self._handler_class = self._reason_phrase = None
        self._resource_closers: list[Callable[[], object]] = []
        self._container = [content]


def mark_private(response: HttpResponseBase) -> None:
    """Set the headers that every reply of either API carries."""
    put_headers(response, _ALWAYS)


def put_headers(response: HttpResponseBase, headers: Mapping[str, str]) -> None:
    """Set headers whose text comes from this code alone, never from a client: ASCII without line breaks.

    Django searches every header for line breaks, which for the nine of a response costs more than checking a key.
    """
    stored = response.headers._store
    for name, value in headers.items():
        stored[name.lower()] = (name, value)
