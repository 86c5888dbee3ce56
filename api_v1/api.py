"""What makes one API of the house differ from the other: a value that the door is given."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponseBase
from ninja import Router

from api_v1.http_errors import HttpError
from api_v1.rendering import JsonWriter
from api_v1.request_context import RequestContext
from core.accounts.values import Caller
from core.errors import DomainError

# Any: a JSON Schema, or a JSON object on its way out.
JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """An error in the head's shape, ready to be downgraded and written."""

    status: int
    body: JsonObject
    headers: Mapping[str, str] = field(default_factory=dict)


class Envelope(Protocol):
    """How an API wraps what its views return, and how its documents describe that."""

    writer: JsonWriter

    def wrap(self, data: bytes) -> bytes:
        """Return the whole answer around the JSON of `data`."""

    def wrap_page(self, data: bytes, next_cursor: str | None) -> bytes:
        """Return the whole answer with `nextCursor` beside `data`."""

    def describe_success(self, data: JsonObject, *, paged: bool) -> JsonObject:
        """Return the JSON Schema of a successful answer whose `data` has that schema."""

    def describe_error(self) -> JsonObject:
        """Return the JSON Schema of the head's errors."""


class Interceptor(Protocol):
    """Something around parsing, view and rendering; the caller is known, `visit.body` is not read yet.

    It calls `answer()` once or not at all, may raise a `DomainError`, and may put headers into `visit.headers`.
    """

    def __call__(
        self, visit: RequestContext, answer: Callable[[], HttpResponseBase]
    ) -> HttpResponseBase: ...


@dataclass(frozen=True, kw_only=True)
class Api:
    """One API of the house.

    `admit(request)` is a context manager: it finds the tenant, opens its scope, checks the credential and yields the
    caller; view and rendering run inside it. It raises `core.errors`.
    `refuse(error, request_id)` gives the head's error body for any `DomainError` or `HttpError`.
    `needs_version`: the version header must be there (or the caller's credential pins one); else the oldest answers.
    `pinned_by_body(request, body)`: for public routes without the header, the version that the client named in the
    parsed JSON body has pinned; None where there is none.
    `sample_path`: what the docs page's first curl asks for, with the prefix.
    `meter(visit, caller)`: counts every request whose caller is known, once, also one that is then refused for another
    reason; may raise a `DomainError`, and may put headers into `visit.headers`.
    `write_parameters`: headers that the wrappers read on writes, as OpenAPI parameters.
    """

    name: str
    prefix: str
    title: str
    description: str = ""
    sample_path: str = ""
    routers: tuple[Router, ...]
    admit: Callable[[HttpRequest], AbstractContextManager[Caller]]
    envelope: Envelope
    refuse: Callable[[DomainError | HttpError, str], ErrorResponse]
    needs_version: bool
    pinned_by_body: Callable[[HttpRequest, object], str | None] | None = None
    meter: Callable[[RequestContext, Caller], None] | None = None
    wrappers: tuple[Interceptor, ...] = ()
    write_parameters: tuple[JsonObject, ...] = ()
