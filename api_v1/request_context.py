"""One request that has found its route: what arguments, interceptors and views need to know of it."""

from dataclasses import dataclass

from django.http import HttpRequest

from api_v1.versioning.versioned_api import Route
from core.accounts.values import Caller


class ApiRequest(HttpRequest):
    """What a view gets, for annotations: Django's request with these attributes. Never instantiated."""

    caller: Caller  # absent on public routes
    request_id: str
    api_version: str


@dataclass(slots=True)
class RequestContext:
    """A request and its route; the route knows its version, `route.versioned_api`.

    `caller`: None where the request carries no valid credential, which only public routes allow.
    `headers` go onto the response, whatever it is; an error too.
    `body`: the bytes of a JSON body once `read_body` has read it (b"" before that, and for forms).
    """

    request: ApiRequest
    route: Route
    path_values: dict[str, str]
    caller: Caller | None
    headers: dict[str, str]
    body: bytes = b""
