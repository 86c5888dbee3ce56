"""Errors of HTTP itself, found before the domain is called. Unlike domain errors they know their status and message."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

VERSION_HEADER: Final = "x-happo-api-version"
# Frozen answers contain these phrases, and those of Python's `HTTPStatus` differ between its versions.
REASONS: Final = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No Content",
    206: "Partial Content",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    411: "Length Required",
    412: "Precondition Failed",
    413: "Payload Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    418: "I'm a Teapot",
    422: "Unprocessable Entity",
    428: "Precondition Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    507: "Insufficient Storage",
}
# The status line has kept an older phrase than the body.
STATUS_LINE_PHRASES: Final = REASONS | {413: "Request Entity Too Large"}


@dataclass(eq=False)
class HttpError(Exception):
    """Base of all. `code` is the stable name for machines, `message` one sentence for people."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)


class MalformedRequest(HttpError):
    """The request can't be read: broken JSON, a broken query string, a broken upload."""

    def __init__(self, message: str, *, code: str = "malformed_request") -> None:
        super().__init__(400, code, message)


class VersionNotOffered(HttpError):
    """The version header is missing where it is required, or names a version that is not offered."""

    def __init__(self, offered: Collection[str], *, missing: bool) -> None:
        rule = "header is required and must be one of" if missing else "must be one of"
        code = "version_required" if missing else "unknown_version"
        super().__init__(400, code, f"{VERSION_HEADER} {rule} [{', '.join(offered)}]")


class PathUnknown(HttpError):
    """The version that answers has no route at this path."""

    def __init__(self) -> None:
        super().__init__(404, "path_not_found", "There is nothing at this path")


class MethodNotAllowed(HttpError):
    """The path has routes, but none for this method. `allowed` includes HEAD and OPTIONS."""

    def __init__(self, allowed: Collection[str]) -> None:
        names = ", ".join(allowed)
        super().__init__(
            405, "method_not_allowed", f"Method must be one of [{names}]", {"Allow": names}
        )


class UnsupportedMediaType(HttpError):
    """The body has a media type that the route does not read."""

    def __init__(self, expected: str) -> None:
        super().__init__(415, "unsupported_media_type", f"Content-Type must be {expected}")


class UnsupportedEncoding(HttpError):
    """The body is compressed. RFC 9110, 15.5.16: `Accept-Encoding` names what is read."""

    def __init__(self) -> None:
        super().__init__(
            415,
            "unsupported_encoding",
            "The body must be sent without Content-Encoding",
            {"Accept-Encoding": "identity"},
        )


class Crash(HttpError):
    """A fault of the application. The log has the traceback under the request id; the client gets no detail."""

    def __init__(self) -> None:
        super().__init__(500, "internal_error", "Something went wrong on our side")
