"""The WSGI application that the server imports."""

import os
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.utils.http import parse_header_parameters
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

Environ = dict[str, Any]  # Any: as PEP 3333 says
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Request(WSGIRequest):
    """A request whose Content-Type may say anything.

    Django makes its requests outside of all that turns an error into an answer, and looks for the charset among
    Python's codecs, some of which decode nothing. Here a type that can't be read is none, and text is UTF-8.
    """

    def _set_content_type_params(self, meta: Environ) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(
                meta.get("CONTENT_TYPE", "")
            )
        except ValueError:
            self.content_type, self.content_params = "", {}


class Application(WSGIHandler):
    """Django's handler, with a short way for the two APIs.

    Of the middleware they need `API_MIDDLEWARE` alone, and of the signals round a request only what those do for the
    database; all else that Django does for a page takes as long as to check a key and answer. A path that the short
    way doesn't know goes the long one, which has the same door in it.
    """

    request_class = Request

    def __init__(self) -> None:
        super().__init__()
        # The imports wait for the settings, and for the applications to be ready.
        from django.conf import settings
        from django.db import connections

        answer = self.get_response
        for name in reversed(settings.API_MIDDLEWARE):
            answer = import_string(name)(answer)
        self._answer: Callable[[HttpRequest], HttpResponseBase] = convert_exception_to_response(
            answer
        )
        # With DEBUG Django keeps every statement, until the signals of a request tell it to forget them.
        self._short_ways = (
            () if settings.DEBUG else tuple(f"{prefix}/" for prefix in settings.API_PREFIXES)
        )
        self._connections = connections

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as PEP 3333 says."""
        if not environ.get("PATH_INFO", "").startswith(self._short_ways):
            return super().__call__(environ, start_response)
        self._check_connection()
        request = self.request_class(environ)
        response = self._answer(request)
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        if not isinstance(response, HttpResponse):
            # A stream: it closes its file, and then old connections, when the server has sent it.
            response._resource_closers.append(request.close)
            return response
        request.close()
        self._check_connection()
        # A list goes to the client in one piece.
        return [response.content]

    def _check_connection(self) -> None:
        """Close this thread's connection where it broke or is too old, as Django does before and after a request."""
        self._connections["default"].close_if_unusable_or_obsolete()


django.setup(set_prefix=False)
application = Application()
