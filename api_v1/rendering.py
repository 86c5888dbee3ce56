"""Values to JSON. Lists made by PostgreSQL pass through untouched; the rest goes through orjson once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from pydantic import BaseModel

from core.json_text import JsonText

CONTENT_TYPE: Final = "application/json; charset=utf-8"
# Answers hold people's data and keys; nobody on the way has a reason to keep one.
_ALWAYS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

# Dates come to us, since each API writes them in its own way.
_OPTIONS: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True, slots=True)
class JsonWriter:
    """How one API writes what JSON leaves open: nulls of models, and dates."""

    keeps_nulls: bool
    write_date: Callable[[datetime], str]

    def dumps(self, value: object) -> bytes:
        """Return the JSON of plain values, pydantic models, dates, UUIDs and `JsonText`, nested as they may be."""
        if type(value) is JsonText:
            # Orjson takes bytes, and no subclass of them, when an older version reads this again.
            return bytes(value)
        return orjson.dumps(value, default=self._default, option=_OPTIONS)

    def _default(self, value: object) -> Any:  # Any: whatever orjson can go on with
        if isinstance(value, BaseModel):
            return value.model_dump(by_alias=True, exclude_none=not self.keeps_nulls)
        if isinstance(value, datetime):
            return self.write_date(value)
        if isinstance(value, JsonText):
            return orjson.Fragment(bytes(value))
        raise TypeError(f"{type(value).__name__} has no JSON form here")


def _as_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise TypeError("A date without a time zone can't be shown")
    return moment.astimezone(UTC).replace(tzinfo=None)


def happo_date(moment: datetime) -> str:
    """Return `2018-07-05T09:57:09.244Z`: always milliseconds."""
    return _as_utc(moment).isoformat(timespec="milliseconds") + "Z"


def jobhax_date(moment: datetime) -> str:
    """Return `2019-02-10T10:38:36.202351Z`, or `2019-01-23T14:18:12Z` where there are no microseconds."""
    return _as_utc(moment).isoformat() + "Z"


def json_response(content: bytes, *, status: int) -> HttpResponse:
    """Return a whole answer of either API."""
    response = HttpResponse(content, content_type=CONTENT_TYPE, status=status)
    put_headers(response, _ALWAYS)
    put_headers(response, {"Content-Length": str(len(content))})
    return response


def put_headers(response: HttpResponseBase, headers: Mapping[str, str]) -> None:
    """Set headers whose text is all our own: ASCII, no line breaks.

    Django takes every header apart in search of those, which for the nine of an answer costs more than to check a key.
    """
    stored = response.headers._store
    for name, value in headers.items():
        stored[name.lower()] = (name, value)
