"""The answers of pages outside the two APIs that failed, or that there are not: pages too, for people in browsers.

They ask the database for nothing, which may be what failed.
"""

import sys
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from api_v1.failures import headers_for
from core.database_failures import is_passing_failure
from core.errors import DomainError, Overloaded, RateLimited
from core.messages import message_for
from core.trace import note_failure
from tenants.console.frame import Frame

RETRY_AFTER: Final = 5  # seconds
# What a page may raise without catching it, when a limit of the whole process or of an account is reached.
LIMITS: Final[Mapping[type[DomainError], HTTPStatus]] = {
    RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    Overloaded: HTTPStatus.SERVICE_UNAVAILABLE,
}


def answer_failure(request: HttpRequest) -> HttpResponse:
    """Answer 503 where the failure passes, as a time-out of the database does, and 500 otherwise."""
    error = sys.exc_info()[1]
    if not isinstance(error, Exception) or not is_passing_failure(error):
        text = "The operators of this service find the reason in its log. Please try again later."
        return _draw("Something went wrong", text, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    note_failure(error)
    # In text, as there may be many of these at once.
    response = HttpResponse(
        "The service is not available: try again later.\n",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"},
    )
    # Django would log a traceback for each. The warning of `config.request_log` is limited.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def answer_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return draw_failure("There is nothing at this address", status=HTTPStatus.NOT_FOUND)


def answer_unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 to what Django can't, or refuses to, read."""
    return draw_failure("The request can't be read", status=HTTPStatus.BAD_REQUEST)


def answer_without_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form whose token (CSRF) isn't that of this browser."""
    return draw_failure(
        "This form is out of date",
        "Nothing was changed. You may have signed in or out since its page was opened, or your"
        " browser keeps no cookies. Go back, load the page again, and send the form once more.",
        status=HTTPStatus.FORBIDDEN,
    )


def answer_limit(error: DomainError) -> HttpResponse:
    """Answer one of `LIMITS`."""
    return draw_failure(message_for(error), status=LIMITS[type(error)], headers=headers_for(error))


def draw_failure(
    title: str, text: str = "", *, status: HTTPStatus, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return a page with a heading and a sentence, of which Django logs nothing."""
    response = _draw(title, text, status=status)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    # Django would log a line, or a traceback, for each. The log of requests has them.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _draw(title: str, text: str, *, status: HTTPStatus) -> HttpResponse:
    context = {"title": title, "text": text, "frame": Frame("", "/")}
    return HttpResponse(
        render_to_string("console/failed.html", context),
        status=status,
        headers={"Cache-Control": "no-store"},
    )
