"""What makes one API differ from the other: a value that the dispatcher, the versions and the documents are given."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.http import HttpRequest
from ninja import Router

from api_v1.http_errors import HttpError
from api_v1.rendering import JsonWriter
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
        """Return the whole reply around the JSON of `data`."""

    def wrap_page(self, data: bytes, next_cursor: str | None) -> bytes:
        """Return the whole reply with `nextCursor` beside `data`."""

    def describe_success(self, data: JsonObject, *, paged: bool) -> JsonObject:
        """Return the JSON Schema of a successful reply whose `data` has that schema."""

    def describe_error(self) -> JsonObject:
        """Return the JSON Schema of the head's errors."""


@dataclass(frozen=True, kw_only=True)
class Api:
    """One of the two APIs, in all its versions.

    `authenticate(request)` is a context manager: it finds the tenant, opens its scope, checks the credential and
    yields the caller; view and rendering run inside it. It raises `core.errors`: `Unauthenticated` or
    `TenantSuspended`; then only a public route may answer the request.
    `render_error(error, request_id)` returns the head's error body for any `DomainError` or `HttpError`.
    `needs_version`: a request must send the version header (or the caller's credential pins a version); otherwise the
    oldest version answers.
    `pinned_by_body(request, body)`: for public routes without the header, the version that the client named in the
    parsed JSON body has pinned; None where there is none.
    `sample_path`: the path of the first curl example on the documentation page, with the prefix.
    `throttle(caller, headers)`: counts every request of a known caller once, also one that is then rejected for
    another reason; may raise a `DomainError`, and may put response headers into `headers`.
    `throttle_body(request, caller, headers, length)`: counts a body of `length` bytes in the same way, before it is
    parsed. `throttle_anonymous(request)`: counts every request without a valid credential; both may raise.
    `check_replay(caller, path, values)`: called before a stored reply is given again; raises a `DomainError` where the
    caller has lost the right to it. `path`: the route's, `values`: its parameters in this request. None where a user
    writes only objects that are the user's alone.
    `write_parameters`: headers that interceptors read on writes, as OpenAPI parameters.
    """

    name: str
    prefix: str
    title: str
    description: str = ""
    sample_path: str = ""
    routers: tuple[Router, ...]
    authenticate: Callable[[HttpRequest], AbstractContextManager[Caller]]
    envelope: Envelope
    render_error: Callable[[DomainError | HttpError, str], ErrorResponse]
    needs_version: bool
    pinned_by_body: Callable[[HttpRequest, object], str | None] | None = None
    throttle: Callable[[Caller, dict[str, str]], None] | None = None
    throttle_body: Callable[[HttpRequest, Caller | None, dict[str, str], int], None] | None = None
    throttle_anonymous: Callable[[HttpRequest], None] | None = None
    check_replay: Callable[[Caller, str, Mapping[str, str]], None] | None = None
    write_parameters: tuple[JsonObject, ...] = ()
