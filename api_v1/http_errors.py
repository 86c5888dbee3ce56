"""What can go wrong between the socket and the domain. Unlike domain errors these know their status and words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

VERSION_HEADER: Final = "x-happo-api-version"
# Pythons differ on 413.
REASONS: Final = {status.value: status.phrase for status in HTTPStatus} | {413: "Payload Too Large"}


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
    """The version header is missing where it is needed, or names a version that isn't there."""

    def __init__(self, offered: Collection[str], *, missing: bool) -> None:
        words = "header is required and must be one of" if missing else "must be one of"
        code = "version_required" if missing else "unknown_version"
        super().__init__(400, code, f"{VERSION_HEADER} {words} [{', '.join(offered)}]")


class PathUnknown(HttpError):
    """Nothing lives at that path in the version that was asked for."""

    def __init__(self) -> None:
        super().__init__(404, "path_not_found", "There is nothing at this path")


class MethodNotAllowed(HttpError):
    """The path is there, but not for that method. `allowed` includes HEAD and OPTIONS."""

    def __init__(self, allowed: Collection[str]) -> None:
        names = ", ".join(allowed)
        super().__init__(
            405, "method_not_allowed", f"Method must be one of [{names}]", {"Allow": names}
        )


class UnsupportedMediaType(HttpError):
    """The body is of a kind that the route doesn't read."""

    def __init__(self, expected: str) -> None:
        super().__init__(415, "unsupported_media_type", f"Content-Type must be {expected}")


class Crash(HttpError):
    """A mistake of ours. The log has the story under the request id; the client learns nothing of it."""

    def __init__(self) -> None:
        super().__init__(500, "internal_error", "Something went wrong on our side")
