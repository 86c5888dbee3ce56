"""The call of a route's view: arguments in, a rendered response out."""

import orjson
from django.http.response import HttpResponseBase

from api_v1.arguments import read_arguments
from api_v1.rendering import json_response
from api_v1.request_context import RequestContext
from api_v1.versioning.versioned_api import Route
from core.pages import Page


def call_view(context: RequestContext) -> HttpResponseBase:
    """Return the response of the route's view; raise what its arguments or the view raise."""
    request, route = context.request, context.route
    arguments = read_arguments(context)
    request.api_version = route.versioned_api.name
    result = route.view(request, **arguments)
    if isinstance(result, HttpResponseBase):
        return result
    return json_response(_render(route, result), status=200)


def _render(route: Route, result: object) -> bytes:
    envelope = route.versioned_api.api.envelope
    page = result if isinstance(result, Page) else None
    data = envelope.writer.dumps(page.data if page else result)
    if route.downgrade is not None:
        # Ready JSON is parsed again only here, where an older version has another shape.
        data = orjson.dumps(route.downgrade(orjson.loads(data)))
    return envelope.wrap_page(data, page.next_cursor) if page else envelope.wrap(data)
