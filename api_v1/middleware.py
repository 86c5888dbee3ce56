"""The entry point of both APIs in Django's chain of middleware."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from api_v1.dispatch import ApiHandler, PageView


class ApiMiddleware:
    """Answers requests below an API's prefix, and lets all others pass.

    `pages`: by their whole path, what is answered below a prefix without being a route of the API.
    """

    sync_capable, async_capable = True, False

    def __init__(
        self,
        get_response: Callable[[HttpRequest], HttpResponseBase],
        handlers: Iterable[ApiHandler] | None = None,
        pages: Mapping[str, PageView] | None = None,
    ) -> None:
        self.get_response = get_response
        self.pages = _documentation_pages() if pages is None else pages
        served = _handlers() if handlers is None else handlers
        self.handlers = {handler.api.prefix: handler for handler in served}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        handler = self.handlers.get("/" + path[1:].partition("/")[0])
        if handler is None:
            return self.get_response(request)
        return handler.answer(request, page=self.pages.get(path))


# Cached, as Django's chain and the WSGI application each have this middleware. The imports wait until the models are
# there: settings name this module before.
@cache
def _handlers() -> tuple[ApiHandler, ...]:
    from api_v1.apis import APIS
    from api_v1.interceptors import run_writes_once
    from api_v1.versions import TIMELINE

    return tuple(ApiHandler(api, TIMELINE, interceptors=(run_writes_once,)) for api in APIS)


@cache
def _documentation_pages() -> Mapping[str, PageView]:
    from api_v1.documentation.pages import Documentation
    from api_v1.versions import TIMELINE

    versioned_apis = {handler.api.name: handler.versioned_apis for handler in _handlers()}
    return Documentation(TIMELINE, versioned_apis).pages
