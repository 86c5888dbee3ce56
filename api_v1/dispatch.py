"""The one door for `/v1/*` (Happo) and `/api/*` (JobHax). Last of API_MIDDLEWARE: nothing runs behind it.

In this order: request id, version, route (404, 405), announced body (415, 413), credential and tenant, rate limit,
scope of the credential (403), wrappers (idempotency), body, parameters, view, envelope. Whatever goes wrong on the way
becomes the family's error in the version that answers. What is refused before its credential was looked at counts for
the rate limit too, and so does what needs none, so that every answer to a known caller tells how it stands.

How to add a route
------------------
    router = Router(tags=["Positions"])                # ninja's; listed in `api_v1/apis.py`

    @router.post("/positions/{position_id}", response=Position, summary="Update a position")
    def update_position(request: ApiRequest, position_id: BodyId, body: PositionIn) -> Position:
        return present(services.update_position(position_id, by=request.caller, changes=body))

- The path is whole (from behind `/v1`); parameters are parts of it. A path parameter that doesn't fit is a 404.
- One JSON body: an argument whose type is a plain pydantic model made of `api_v1.fields`. Forms and files, query
  parameters: as in ninja (`file: File[UploadedFile]`, `limit: int = 50`).
- `response=` is what the OpenAPI document says of `data`: a model, `list[Model]`, `Page[Model]` or None. It isn't
  checked at run time. Return a model, plain values, None, `JsonText` (ready JSON from SQL), `Page(data, next_cursor)`,
  or an `HttpResponse` of your own (a download).
- Errors: raise `core.errors`. A new kind gets a line in both `errors.py` and in `core.messages`; so does a new problem
  code of `Invalid` in the latter.
- What is special is said below ninja's decorator: `@route_options(limit=BULK_LIMIT)`, `write=True`
  for a GET that writes, `public=True` for one without credential, `since="v20261201"` for one that older versions
  don't have, `versionless=True` for one that needs no version header.
- Code speaks the head's language alone. What an older version says differently: `api_v1/versioning/timeline.py`.
"""

import logging
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import cache
from typing import Final

import orjson
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from api_v1.api import Api
from api_v1.arguments import read_body, read_parameters
from api_v1.bodies import check_declared, parse_json
from api_v1.failures import classify
from api_v1.http_errors import Crash, HttpError, MethodNotAllowed, VersionNotOffered
from api_v1.rendering import json_response, put_headers
from api_v1.request_context import RequestContext
from api_v1.request_ids import request_id
from api_v1.versioning.timeline import Timeline
from api_v1.versioning.versioned_api import api_version_sent, build_apis
from core.accounts.values import Caller
from core.errors import (
    DomainError,
    ReadOnlyCredential,
    TenantSuspended,
    Unauthenticated,
    WriteOnlyCredential,
)
from core.pages import Page

log = logging.getLogger("happo.api")

_PAGE_METHODS: Final = ("GET", "HEAD")
_PREFLIGHT: Final = frozenset({"HTTP_ORIGIN", "HTTP_ACCESS_CONTROL_REQUEST_METHOD"})


class ApiHandler:
    """One family behind its prefix."""

    def __init__(self, family: Api, timeline: Timeline) -> None:
        self.family = family
        self.timeline = timeline
        self.apis = build_apis(family, timeline)
        # Paths below the prefix that need neither version nor credential.
        self.pages: dict[str, Callable[[HttpRequest], HttpResponse]] = {}

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer to a request below the prefix, whatever happens."""
        name = request_id(request.META.get("HTTP_X_REQUEST_ID"))
        visit = RequestContext(
            request, family=self.family, api=self.apis[self.timeline.oldest], request_id=name
        )
        try:
            response = self._serve(visit)
        except Exception as error:  # noqa: BLE001 - the last one who could turn it into an answer
            response = _refuse(visit, error)
        return _finish(visit, response)

    def _serve(self, visit: RequestContext) -> HttpResponseBase:
        path = visit.request.path_info[len(self.family.prefix) :]
        if _is_preflight(visit.request):
            return _nothing(visit)
        if page := self.pages.get(path):
            if visit.request.method not in _PAGE_METHODS:
                raise MethodNotAllowed(_PAGE_METHODS)
            return page(visit.request)
        # Whatever admit() opens stays open until the answer is rendered.
        with ExitStack() as scope:
            try:
                self._choose_version(visit, scope)
                if visit.request.method != "OPTIONS":
                    visit.route, visit.path_values = visit.api.table.find(
                        visit.request.method or "", path
                    )
                    check_declared(visit.request, visit.route)
            except (HttpError, DomainError):
                _count_if_known(visit, scope)
                raise
            if visit.request.method == "OPTIONS":
                _count_if_known(visit, scope)
                return _options(visit, path)
            if visit.route.public:
                _count_if_known(visit, scope)
                self._follow_pin_in_body(visit, path)
            else:
                _admit(visit, scope)
            return _through_wrappers(visit, 0)

    def _choose_version(self, visit: RequestContext, scope: ExitStack) -> None:
        name = api_version_sent(visit.request)
        if name is None:
            name = self._pinned_version(visit, scope)
        if name is None and self.family.needs_version and not self._is_versionless(visit.request):
            raise VersionNotOffered(self.timeline.names, missing=True)
        api = self.apis.get(self.timeline.oldest if name is None else name)
        if api is None:
            raise VersionNotOffered(self.timeline.names, missing=False)
        visit.api = api

    def _is_versionless(self, request: HttpRequest) -> bool:
        path = request.path_info[len(self.family.prefix) :]
        try:
            return (
                self.apis[self.timeline.oldest]
                .table.find(request.method or "", path)[0]
                .versionless
            )
        except HttpError:
            return False

    def _pinned_version(self, visit: RequestContext, scope: ExitStack) -> str | None:
        try:
            return _identify(visit, scope).pinned_version
        except (Unauthenticated, TenantSuspended):
            # The version is looked at first: without a pin there is none, and why is for later.
            return None

    def _follow_pin_in_body(self, visit: RequestContext, path: str) -> None:
        # Who logs in has no credential yet, but names its client; a client may have pinned a version.
        pinned = self.family.pinned_by_body
        if (
            pinned is None
            or api_version_sent(visit.request) is not None
            or visit.route.body_kind != "json"
        ):
            return
        body = read_body(visit)
        api = self.apis.get(pinned(visit.request, parse_json(body)) or "") if body else None
        if api is not None and api is not visit.api:
            visit.api = api
            visit.route, visit.path_values = api.table.find(visit.route.method, path)


def _identify(visit: RequestContext, scope: ExitStack) -> Caller:
    if visit.caller is None:
        visit.caller = scope.enter_context(visit.family.admit(visit.request))
    return visit.caller


def _count(visit: RequestContext, caller: Caller) -> None:
    if visit.family.meter is not None:
        visit.family.meter(visit, caller)


def _count_if_known(visit: RequestContext, scope: ExitStack) -> None:
    # For what needs no credential: whoever sends one all the same is told how it stands.
    if visit.family.meter is None:
        return
    with suppress(Unauthenticated, TenantSuspended):
        _count(visit, _identify(visit, scope))


def _admit(visit: RequestContext, scope: ExitStack) -> None:
    caller = visit.request.caller = _identify(visit, scope)
    _count(visit, caller)
    if visit.route.write and not caller.can_write:
        raise ReadOnlyCredential
    if not visit.route.write and not caller.can_read:
        raise WriteOnlyCredential


def _through_wrappers(visit: RequestContext, depth: int) -> HttpResponseBase:
    wrappers = visit.family.wrappers
    if depth == len(wrappers):
        return _call_view(visit)
    return wrappers[depth](visit, lambda: _through_wrappers(visit, depth + 1))


def _call_view(visit: RequestContext) -> HttpResponseBase:
    request = visit.request
    values = read_parameters(visit)
    request.request_id = visit.request_id
    request.api_version = visit.api.name
    result = visit.route.view(request, **values)
    if isinstance(result, HttpResponseBase):
        return result
    return json_response(_render(visit, result), status=200)


def _render(visit: RequestContext, result: object) -> bytes:
    envelope, downgrade = visit.family.envelope, visit.route.downgrade
    page = result if isinstance(result, Page) else None
    data = envelope.writer.dumps(page.data if page else result)
    if downgrade is not None:
        # Only here, where an older version sees another shape, is ready JSON taken apart.
        data = orjson.dumps(downgrade(orjson.loads(data)))
    return envelope.wrap_page(data, page.next_cursor) if page else envelope.wrap(data)


def _is_preflight(request: HttpRequest) -> bool:
    # A browser asks for a page of another host, without version and credential; `config.cors` says what it may.
    return request.method == "OPTIONS" and request.META.keys() >= _PREFLIGHT


def _nothing(visit: RequestContext) -> HttpResponse:
    return json_response(visit.family.envelope.wrap(b"null"), status=200)


def _options(visit: RequestContext, path: str) -> HttpResponse:
    response = _nothing(visit)
    response["Allow"] = ", ".join(visit.api.table.allowed(path))
    return response


def _refuse(visit: RequestContext, error: Exception) -> HttpResponse:
    told = classify(error)
    if isinstance(told, Crash):
        log.error(
            "Request %s failed",
            visit.request_id,
            exc_info=error,
            extra={"request_id": visit.request_id},
        )
        # Error reporters listen to this one, and so does Django's test client.
        got_request_exception.send(sender=ApiHandler, request=visit.request)
    try:
        refusal = visit.family.refuse(told, visit.request_id)
    except (LookupError, NotImplementedError) as mistake:
        # An error without a message or a mapping is a fault of the application too.
        return _refuse(visit, mistake)
    response = json_response(
        orjson.dumps(visit.api.downgrade_error(refusal.body)), status=refusal.status
    )
    for name, value in refusal.headers.items():
        response[name] = value
    return response


def _finish(visit: RequestContext, response: HttpResponseBase) -> HttpResponseBase:
    put_headers(response, visit.api.headers)
    # Well-formed, whoever chose it.
    put_headers(response, {"x-request-id": visit.request_id})
    put_headers(response, visit.headers)
    if visit.request.method == "HEAD" and isinstance(response, HttpResponse):
        # What it would have been is in Content-Length.
        response.content = b""
    # Django would write a line for each 4xx, without the request's id.
    response._has_been_logged = True
    return response


class ApiMiddleware:
    """Django middleware: requests of a family's prefix are answered here, all others go on."""

    sync_capable, async_capable = True, False

    def __init__(
        self, get_response: Callable[[HttpRequest], HttpResponseBase], *doors: ApiHandler
    ) -> None:
        self.get_response = get_response
        self.doors = {door.family.prefix: door for door in doors or _doors()}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        door = self.doors.get("/" + request.path_info[1:].partition("/")[0])
        return door.answer(request) if door else self.get_response(request)


@cache
def _doors() -> list[ApiHandler]:
    """Return the doors of this process; the application and Django's own middleware have the same ones."""
    # The routes import models, which aren't there yet when settings name this module.
    from api_v1.apis import FAMILIES
    from api_v1.documentation.pages import Docs
    from api_v1.versions import TIMELINE

    doors = [ApiHandler(family, TIMELINE) for family in FAMILIES]
    doors[0].pages |= Docs(TIMELINE, {door.family.name: door.apis for door in doors}).pages
    return doors
