"""Reads request bodies: never more bytes than the route allows, and only well-formed ones."""

from io import BytesIO
from typing import Any, Final, NoReturn
from urllib.parse import unquote_to_bytes

import orjson
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, UnreadablePostError

from api_v1.form_headers import accept_any_encoding
from api_v1.http_errors import MalformedRequest, UnsupportedEncoding, UnsupportedMediaType
from api_v1.json_faults import describe_json_fault
from api_v1.versioning.versioned_api import Route
from core.errors import TooLarge
from core.recruiting.limits import MAX_ATTACHMENT_BYTES

_CONTENT_TYPES: Final = {"json": "application/json", "form": "multipart/form-data"}


def check_declared(request: HttpRequest, route: Route) -> None:
    """Check what the headers declare of the body, before a byte of it is read; raise `TooLarge` or a 415."""
    length = declared_length(request)
    if length is not None and length > route.limit:
        raise _too_large(route)
    if route.body_kind == "none" or length == 0:
        return
    if request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower() not in ("", "identity"):
        raise UnsupportedEncoding
    expected = _CONTENT_TYPES[route.body_kind]
    if request.content_type != expected:
        raise UnsupportedMediaType(expected)
    parameters = request.content_params or {}
    if route.body_kind == "form" and not parameters.get("boundary"):
        raise MalformedRequest("Content-Type must name the boundary of the form")
    if route.body_kind == "json" and parameters.get("charset", "utf-8").lower() not in (
        "utf-8",
        "utf8",
    ):
        raise UnsupportedMediaType(f"{expected}; charset=utf-8")


def use_utf8(request: HttpRequest) -> None:
    """Read query and form as UTF-8, whatever the charset in Content-Type: some of Python's can't decode text."""
    if request.encoding is not None:
        request.encoding = "utf-8"


def read_json_body(request: HttpRequest, route: Route) -> bytes:
    """Return the body; raise `TooLarge` when it is longer than the route allows, a 400 when it is incomplete."""
    if not hasattr(request, "_body"):
        body = _read(request, route)
        if len(body) < (declared_length(request) or 0):
            # The only sign of a client that closed the connection while sending.
            raise MalformedRequest("The body ends before its Content-Length")
        # Django's own attribute: `request.body` works afterwards.
        request._body = body
    return request._body


def prepare_form(request: HttpRequest, route: Route) -> None:
    """Make a form readable for Django, whatever the encoding of its file names.

    A form of unknown length is read here, up to the route's limit.
    """
    accept_any_encoding(request)
    if declared_length(request) is not None:
        return
    body = _read(request, route)
    request.META["CONTENT_LENGTH"] = str(len(body))
    request._stream = BytesIO(body)
    request._read_started = False  # type: ignore[attr-defined]  # Django's own


def parse_json(body: bytes) -> Any:  # Any: JSON
    """Return the value; raise a 400 that names what is wrong and where."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedRequest(
            f"The body is not valid JSON: {describe_json_fault(error)}", code="malformed_json"
        ) from None


def check_query(query: str) -> None:
    """Raise a 400 for a query string with NUL characters or with bytes that are not UTF-8."""
    if "%" not in query and query.isascii() and "\0" not in query:
        return
    # WSGI hands bytes over as Latin-1.
    raw = unquote_to_bytes(query.encode("latin-1", "replace"))
    if b"\0" in raw:
        raise MalformedRequest(
            "The query string must not contain NUL characters", code="malformed_query"
        )
    try:
        raw.decode()
    except UnicodeDecodeError:
        raise MalformedRequest(
            "The query string is not valid UTF-8", code="malformed_query"
        ) from None


def _too_large(route: Route) -> TooLarge:
    # A form has one file: its limit is what the client can change.
    if route.body_kind == "form":
        return TooLarge(MAX_ATTACHMENT_BYTES, subject="file")
    return TooLarge(route.limit)


def declared_length(request: HttpRequest) -> int | None:
    """Return the declared length in bytes; None for a chunked body, whose length is unknown."""
    declared = request.META.get("CONTENT_LENGTH")
    if declared:
        # Checked before int(): a number of a thousand digits is not a length.
        return (
            int(declared)
            if declared.isascii() and declared.isdigit() and len(declared) < 16
            else _reject_length()
        )
    return None if request.META.get("HTTP_TRANSFER_ENCODING") else 0


def _reject_length() -> NoReturn:
    raise MalformedRequest("Content-Length must be a number")


def _read(request: HttpRequest, route: Route) -> bytes:
    # Django reads nothing of a body without Content-Length, so that one is read past it.
    chunked = declared_length(request) is None and isinstance(request, WSGIRequest)
    source = request.META["wsgi.input"] if chunked else request
    pieces, missing = [], route.limit + 1
    try:
        while missing and (piece := source.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
    except OSError as error:
        raise UnreadablePostError(*error.args) from error
    if not missing:
        raise _too_large(route)
    if chunked and not pieces:
        # Granian reports a connection that breaks like the end of the body; no client sends an empty one in chunks.
        raise UnreadablePostError
    return b"".join(pieces)
