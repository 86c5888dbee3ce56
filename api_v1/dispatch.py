"""The way of a request through `/v1/*` (Happo) and `/api/*` (JobHax). Last of API_MIDDLEWARE: nothing runs behind it.

In this order: request id, credential and tenant, version, rate limit, route (404, 405), declared body (415, 413), scope
of the credential (403), rate limit of a large body, interceptors (idempotency), body, parameters, view, envelope. An
error anywhere on the way becomes the API's error in the version that answers. Every request counts for a rate limit,
also one that is rejected: that of a known caller for its credential, so that every reply to it carries the
`RateLimit-*` headers, any other for its IP address.

How to add a route
------------------
    router = Router(tags=["Positions"])                # ninja's; listed in `api_v1/apis.py`

    @router.post("/positions/{position_id}", response=Position, summary="Update a position")
    def update_position(request: ApiRequest, position_id: BodyId, body: PositionIn) -> Position:
        return present(services.update_position(position_id, by=request.caller, changes=body))

- The path is complete behind the prefix (`/v1`); parameters are parts of it. An invalid path parameter is a 404.
- One JSON body: an argument whose type is a plain pydantic model made of `api_v1.fields`. Forms and files, query
  parameters: as in ninja (`file: File[UploadedFile]`, `limit: int = 50`).
- `response=` is what the OpenAPI document says of `data`: a model, `list[Model]`, `Page[Model]` or None. It isn't
  checked at run time. Return a model, plain values, None, `JsonText` (ready JSON from SQL), `Page(data, next_cursor)`,
  or an `HttpResponse` (a download).
- Errors: raise `core.errors`. A new kind needs a line in both `errors.py` and in `core.messages`; so does a new problem
  code of `Invalid` in the latter.
- Options are declared below ninja's decorator: `@route_options(limit=BULK_LIMIT)`, `write=True` for a GET that writes,
  `public=True` for a route without credential, `since="v20261201"` for one that older versions don't have,
  `versionless=True` for one that needs no version header.
- Code knows the head's shapes alone. What an older version says differently: `api_v1/versioning/timeline.py`.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final, cast

import orjson
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from api_v1.api import Api
from api_v1.arguments import body_length, read_body
from api_v1.bodies import check_declared, parse_json, use_utf8
from api_v1.client_ip import client_ip
from api_v1.failures import classify
from api_v1.http_errors import (
    STATUS_LINE_PHRASES,
    Crash,
    HttpError,
    MethodNotAllowed,
    VersionNotOffered,
)
from api_v1.interceptors import Interceptor
from api_v1.rendering import json_response, put_headers
from api_v1.request_context import ApiRequest, RequestContext
from api_v1.request_ids import id_of_request
from api_v1.versioning.timeline import Timeline
from api_v1.versioning.versioned_api import (
    Route,
    VersionedApi,
    build_versioned_apis,
    version_sent,
)
from api_v1.view_call import call_view
from core.accounts.values import Caller
from core.audit import ANONYMOUS, Actor, acting_as
from core.errors import (
    DomainError,
    ReadOnlyCredential,
    TenantSuspended,
    Unauthenticated,
    WriteOnlyCredential,
)
from core.trace import current_trace, note_failure, note_route

log = logging.getLogger("happo.api")

# Needs neither version nor credential.
PageView = Callable[[HttpRequest], HttpResponse]

_PAGE_METHODS: Final = ("GET", "HEAD")
_PREFLIGHT: Final = frozenset({"HTTP_ORIGIN", "HTTP_ACCESS_CONTROL_REQUEST_METHOD"})


@dataclass(slots=True)
class _Exchange:
    """What only the dispatcher tracks of one request.

    `versioned_api`: the version that answers, or that renders the error, as far as it is known.
    `rejection`: why there is no `caller`. `headers` go onto the response, whatever it is.
    """

    request: ApiRequest
    request_id: str
    versioned_api: VersionedApi
    caller: Caller | None = None
    rejection: DomainError | None = None
    headers: dict[str, str] = field(default_factory=dict)


class ApiHandler:
    """Answers all requests below the prefix of one API. `interceptors` run round the view, the first one outermost."""

    def __init__(
        self, api: Api, timeline: Timeline, *, interceptors: tuple[Interceptor, ...] = ()
    ) -> None:
        self.api = api
        self.timeline = timeline
        self.versioned_apis = build_versioned_apis(api, timeline)
        self.interceptors = interceptors
        self._oldest = self.versioned_apis[timeline.oldest]

    def answer(self, request: HttpRequest, *, page: PageView | None = None) -> HttpResponseBase:
        """Return the response: that of `page`, or of the API. An error becomes a response too."""
        exchange = _Exchange(cast(ApiRequest, request), id_of_request(request), self._oldest)
        try:
            response = self._serve(exchange, page)
        except Exception as error:  # noqa: BLE001 - the last place that can make a response of it
            response = self._render_error(exchange, error)
        _note_version(exchange)
        response.reason_phrase = STATUS_LINE_PHRASES.get(
            response.status_code, response.reason_phrase
        )
        put_headers(response, exchange.versioned_api.headers)
        put_headers(response, {"x-request-id": exchange.request_id})
        put_headers(response, exchange.headers)
        if request.method == "HEAD":
            response = _drop_body(response)
        # Django would log a line for each 4xx, without the request's id.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    def _serve(self, exchange: _Exchange, page: PageView | None) -> HttpResponseBase:
        request = exchange.request
        method, path = request.method or "", request.path_info[len(self.api.prefix) :]
        if method == "OPTIONS" and request.META.keys() >= _PREFLIGHT:
            # A browser asks for a page of another host, without version and credential; `config.cors` allows or not.
            return self._respond_null()
        if page is not None:
            if self.api.throttle_anonymous is not None:
                self.api.throttle_anonymous(request)
            if method not in _PAGE_METHODS:
                raise MethodNotAllowed(_PAGE_METHODS)
            return page(request)
        # The tenant's scope, which `authenticate` opens, stays open until the reply is rendered.
        with ExitStack() as scope:
            named = version_sent(request.META)
            # Whatever fails from here on is rendered in the version that the client has named.
            exchange.versioned_api = self.versioned_apis.get(named or "", self._oldest)
            self._identify_caller(exchange, scope)
            try:
                self._choose_version(exchange, named, path)
            finally:
                self._throttle(exchange)
            table = exchange.versioned_api.table
            if method == "OPTIONS":
                return self._respond_null({"Allow": ", ".join(table.allowed(path))})
            route, values = table.find(method, path)
            note_route(self.api.prefix + route.path)
            check_declared(request, route)
            use_utf8(request)
            context = RequestContext(request, route, values, exchange.caller, exchange.headers)
            if not route.public:
                request.caller = _authorise(exchange, route)
            if self.api.throttle_body is not None:
                self.api.throttle_body(
                    request, exchange.caller, exchange.headers, body_length(context)
                )
            if route.public:
                self._follow_pin_in_body(exchange, context, path)
            request.request_id = exchange.request_id
            respond: Callable[[], HttpResponseBase] = partial(call_view, context)
            for interceptor in reversed(self.interceptors):
                respond = partial(interceptor, context, respond)
            if not route.write:
                return respond()
            with _acting(exchange):
                return respond()

    def _identify_caller(self, exchange: _Exchange, scope: ExitStack) -> None:
        try:
            exchange.caller = scope.enter_context(self.api.authenticate(exchange.request))
        except (Unauthenticated, TenantSuspended) as error:
            # Raised later, if the route needs a credential. The traceback would hold this exchange in a cycle.
            exchange.rejection = error.with_traceback(None)

    def _throttle(self, exchange: _Exchange) -> None:
        if exchange.caller is None:
            if self.api.throttle_anonymous is not None:
                self.api.throttle_anonymous(exchange.request)
        elif self.api.throttle is not None:
            self.api.throttle(exchange.caller, exchange.headers)

    def _choose_version(self, exchange: _Exchange, name: str | None, path: str) -> None:
        if name is None and exchange.caller is not None:
            name = exchange.caller.pinned_version
        if name is None and self.api.needs_version and not self._is_versionless(exchange, path):
            raise VersionNotOffered(self.timeline.names, missing=True)
        if name is not None and name not in self.versioned_apis:
            raise VersionNotOffered(self.timeline.names, missing=False)
        exchange.versioned_api = self._oldest if name is None else self.versioned_apis[name]

    def _is_versionless(self, exchange: _Exchange, path: str) -> bool:
        with suppress(HttpError):
            return self._oldest.table.find(exchange.request.method or "", path)[0].versionless
        return False

    def _follow_pin_in_body(self, exchange: _Exchange, context: RequestContext, path: str) -> None:
        # A client that logs a user in has no credential yet: it names itself in the body, and may pin a version.
        request, pinned_by_body = context.request, self.api.pinned_by_body
        if pinned_by_body is None or context.route.body_kind != "json":
            return
        if version_sent(request.META) is not None or not (body := read_body(context)):
            return
        pinned = self.versioned_apis.get(pinned_by_body(request, parse_json(body)) or "")
        if pinned is not None and pinned is not exchange.versioned_api:
            exchange.versioned_api = pinned
            context.route, context.path_values = pinned.table.find(context.route.method, path)

    def _respond_null(self, headers: dict[str, str] | None = None) -> HttpResponse:
        response = json_response(self.api.envelope.wrap(b"null"), status=200)
        put_headers(response, headers or {})
        return response

    def _render_error(self, exchange: _Exchange, error: Exception) -> HttpResponse:
        failure = classify(error)
        if isinstance(failure, DomainError):
            failure = exchange.versioned_api.replace_error(failure)
        note_failure(error)
        if isinstance(failure, Crash):
            log.error(
                "Request %s failed",
                exchange.request_id,
                exc_info=error,
                extra={"request_id": exchange.request_id},
            )
            # Error reporters listen to this signal, and so does Django's test client.
            got_request_exception.send(sender=ApiHandler, request=exchange.request)
        try:
            rendered = self.api.render_error(failure, exchange.request_id)
        except (LookupError, NotImplementedError) as mistake:
            # An error without a sentence or a status is a mistake of the application.
            return self._render_error(exchange, mistake)
        body = orjson.dumps(exchange.versioned_api.downgrade_error(rendered.body))
        response = json_response(body, status=rendered.status)
        for name, value in rendered.headers.items():
            response[name] = value
        return response


def _acting(exchange: _Exchange) -> AbstractContextManager[None]:
    """Let the audit log name the caller as the one who acts."""
    caller = exchange.caller
    if caller is None:
        actor = ANONYMOUS
    elif caller.client_id is None:
        actor = Actor("key", caller.credential_id)
    else:
        actor = Actor("user", str(caller.user_uuid))
    return acting_as(actor, address=client_ip(exchange.request), request_id=exchange.request_id)


def _note_version(exchange: _Exchange) -> None:
    trace = current_trace()
    if trace is not None:
        trace.version = exchange.versioned_api.name
        if exchange.caller is not None:
            trace.credential_id = exchange.caller.credential_id


def _authorise(exchange: _Exchange, route: Route) -> Caller:
    if exchange.caller is None:
        raise exchange.rejection or Unauthenticated("missing")
    if route.write and not exchange.caller.can_write:
        raise ReadOnlyCredential
    if not route.write and not exchange.caller.can_read:
        raise WriteOnlyCredential
    return exchange.caller


def _drop_body(response: HttpResponseBase) -> HttpResponse:
    """Return the response to HEAD; Content-Length stays that of the body."""
    if isinstance(response, HttpResponse):
        response.content = b""
        return response
    response.close()
    return HttpResponse(status=response.status_code, headers=dict(response.items()))
