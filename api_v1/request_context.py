"""One request on its way through the door."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from core.accounts.values import Caller

if TYPE_CHECKING:
    from api_v1.api import Api
    from api_v1.routing import Route
    from api_v1.versioning.versioned_api import VersionedApi


class ApiRequest(HttpRequest):
    """What a view gets, for annotations: Django's request and what the door learned. Never made itself."""

    caller: Caller  # absent on public routes
    request_id: str
    api_version: str


class RequestContext:
    """What is known of the request so far.

    `headers` go onto whatever answer comes out, an error too (rate limits write theirs here).
    `body` is what was read of a JSON body (b"" before that, and for uploads).
    """

    __slots__ = (
        "api",
        "body",
        "caller",
        "family",
        "headers",
        "path_values",
        "request",
        "request_id",
        "route",
    )

    def __init__(
        self, request: HttpRequest, *, family: "Api", api: "VersionedApi", request_id: str
    ) -> None:
        self.request = request
        self.family = family
        self.api = api
        self.request_id = request_id
        self.route: Route  # set once the path has one
        self.path_values: dict[str, str] = {}
        self.caller: Caller | None = None
        self.headers: dict[str, str] = {}
        self.body = b""
