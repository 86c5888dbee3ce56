"""The WSGI application that the server imports."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import django
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import LimitedStream, WSGIHandler, WSGIRequest
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.urls import ResolverMatch
from django.utils.http import parse_header_parameters
from django.utils.module_loading import import_string

from api_v1.request_ids import request_id
from config.request_log import log_request, log_sending
from config.unread_bodies import body_of, discard_rest
from core.trace import Trace, begin_trace, end_trace, note_route

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

Environ = dict[str, Any]  # Any: as PEP 3333 defines it


class Request(WSGIRequest):
    """A request that accepts any Content-Type header.

    Django constructs a request before its error handling starts, and looks its charset up among Python's codecs, some
    of which decode no text. Here an unreadable Content-Type counts as absent, and text is UTF-8.
    """

    def __init__(self, environ: Environ) -> None:
        path = environ.get("PATH_INFO") or "/"
        if environ.get("SCRIPT_NAME") or not (path.isascii() and path[0] == "/"):
            super().__init__(environ)
            return
        # What Django does in this case, in a third of its time. A test compares the two.
        environ["PATH_INFO"], environ["SCRIPT_NAME"] = path, ""
        self.environ = self.META = environ
        self.path = self.path_info = path
        self.method = environ["REQUEST_METHOD"].upper()
        self._set_content_type_params(environ)
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        self._stream = LimitedStream(environ["wsgi.input"], length)  # type: ignore[assignment]
        self._read_started = False
        self.resolver_match = None

    def _set_content_type_params(self, meta: Environ) -> None:
        self.content_type, self.content_params = "", {}
        if named := meta.get("CONTENT_TYPE"):
            with suppress(ValueError):
                self.content_type, self.content_params = parse_header_parameters(named)


class _Sending:
    """The body of an answer in pieces. When the server closes it, the log says how much was sent."""

    def __init__(self, response: HttpResponseBase, trace: Trace) -> None:
        self._response = response
        self._trace = trace
        self._began = time.perf_counter()
        self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._response:
            self._size += len(piece)
            yield piece

    def close(self) -> None:
        self._response.close()
        seconds = time.perf_counter() - self._began
        log_sending(self._trace, size=self._size, seconds=seconds)


class Application(WSGIHandler):
    """Django's handler, with a fast path for the two APIs.

    The APIs need only the middleware of `API_MIDDLEWARE`, and of Django's request signals only the checks of the
    database connection. Django's full stack would take as long as checking a key and answering. Every other path takes
    the full stack, which contains the same API handler.
    """

    request_class = Request

    def __init__(self) -> None:
        super().__init__()
        # Imported here, after django.setup().
        from django.conf import settings
        from django.db import connections

        answer = self.get_response
        for name in reversed(settings.API_MIDDLEWARE):
            answer = import_string(name)(answer)
        # Synchronous, as all of API_MIDDLEWARE is.
        self._answer = cast(
            "Callable[[HttpRequest], HttpResponseBase]", convert_exception_to_response(answer)
        )
        # With DEBUG Django logs every statement in memory and clears that log only on the signals of the full stack.
        self._fast_prefixes = (
            () if settings.DEBUG else tuple(f"{prefix}/" for prefix in settings.API_PREFIXES)
        )
        self._connections = connections
        self._has_proxy = settings.TRUSTED_PROXIES > 0

    def __call__(  # type: ignore[override]  # the stubs promise a response, as Django returns
        self, environ: Environ, start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request, as PEP 3333 defines it."""
        started = time.perf_counter()
        # Written back, so that what reads the header later has the same id.
        environ["HTTP_X_REQUEST_ID"] = sent = request_id(environ.get("HTTP_X_REQUEST_ID"))
        trace, token = begin_trace(sent)
        body_sent = body_of(environ) if self._has_proxy else None
        status = 500
        try:
            response, body = self._respond(environ, start_response, trace)
            status = response.status_code
            return body
        finally:
            end_trace(token)
            log_request(
                trace,
                method=environ.get("REQUEST_METHOD", ""),
                path=environ.get("PATH_INFO", ""),
                status=status,
                seconds=time.perf_counter() - started,
            )
            if body_sent is not None:
                discard_rest(body_sent)

    def _respond(
        self, environ: Environ, start_response: "StartResponse", trace: Trace
    ) -> tuple[HttpResponseBase, Iterable[bytes]]:
        """Send the response's head; return the response and its body."""
        if not environ.get("PATH_INFO", "").startswith(self._fast_prefixes):
            full = super().__call__(environ, start_response)
            return full, full
        database = self._connections["default"]
        # Around each request Django closes a connection that is broken or too old.
        database.close_if_unusable_or_obsolete()
        request = self.request_class(environ)
        response = self._answer(request)
        # Django's `items` looks each header up again.
        headers = list(response.headers._store.values())
        start_response(f"{response.status_code} {response.reason_phrase}", headers)
        if not isinstance(response, HttpResponse):
            # The server closes a streamed response after sending it, and with it the file and old connections.
            response._resource_closers.append(request.close)  # type: ignore[attr-defined]
            return response, _Sending(response, trace)
        request.close()
        database.close_if_unusable_or_obsolete()
        # The server sends a list with one element in one piece.
        return response, [response.content]

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Return the view of a request that took the full stack; its route goes into the log."""
        match = super().resolve_request(request)
        note_route(f"/{match.route}")
        return match


django.setup(set_prefix=False)
application = Application()
