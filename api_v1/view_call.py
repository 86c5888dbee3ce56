"""The call of a route's view: arguments in, a rendered response out."""

from functools import partial

import orjson
from django.http.response import HttpResponseBase

from api_v1.arguments import read_arguments
from api_v1.large_responses import stream_spool
from api_v1.rendering import json_response
from api_v1.request_context import RequestContext
from api_v1.versioning.versioned_api import Route
from core.json_spool import JsonSpool
from core.pages import Page


def call_view(context: RequestContext) -> HttpResponseBase:
    """Return the response of the route's view; raise what its arguments or the view raise."""
    request, route = context.request, context.route
    arguments = read_arguments(context)
    request.api_version = route.versioned_api.name
    result = route.view(request, **arguments)
    if isinstance(result, HttpResponseBase):
        return result
    data = result.data if isinstance(result, Page) else result
    if isinstance(data, JsonSpool):
        return stream_spool(data, wrap=partial(_wrap, route, result), downgrade=route.downgrade)
    return json_response(_render(route, result), status=200)


def _render(route: Route, result: object) -> bytes:
    data = route.versioned_api.api.envelope.writer.dumps(
        result.data if isinstance(result, Page) else result
    )
    if route.downgrade is not None:
        # Ready JSON is parsed again only here, where an older version has another shape.
        data = orjson.dumps(route.downgrade(orjson.loads(data)))
    return _wrap(route, result, data)


def _wrap(route: Route, result: object, data: bytes) -> bytes:
    envelope = route.versioned_api.api.envelope
    if isinstance(result, Page):
        return envelope.wrap_page(data, result.next_cursor)
    return envelope.wrap(data)
