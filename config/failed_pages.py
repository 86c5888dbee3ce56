"""The answer of a page outside the two APIs, such as the admin's, that failed."""

import sys
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.defaults import server_error

from core.database_failures import is_passing_failure
from core.trace import note_failure

RETRY_AFTER: Final = 5  # seconds


def answer_failure(request: HttpRequest) -> HttpResponse:
    """Answer 503 where the failure passes, as a time-out of the database does, and 500 otherwise."""
    error = sys.exc_info()[1]
    if not isinstance(error, Exception) or not is_passing_failure(error):
        return server_error(request)
    note_failure(error)
    response = HttpResponse(
        "The service is not available: try again later.\n",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"},
    )
    # Django would log a traceback for each. The warning of `config.request_log` is limited.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
