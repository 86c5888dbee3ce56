"""What all pages have in common that are not of the two APIs: the consoles, and the pages behind links in mail.

Clients without a session send as many requests as the APIs allow them without a credential. The operators' console
answers on the installation's own hosts alone: a page of a tenant's host could otherwise ask an operator for its
password.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.exceptions import DisallowedHost, ValidationError
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from api_v1.content_policy import POLICY
from api_v1.failures import headers_for
from api_v1.rendering import put_headers
from api_v1.request_ids import id_of_request
from api_v1.throttling import throttle_anonymous
from config.failed_pages import answer_limit, answer_unreadable, draw_failure
from core.errors import Overloaded, RateLimited
from core.messages import message_for
from core.trace import begin_trace, current_trace, end_trace
from tenants.registry import tenant_by_host
from tenants.routing import host_name

# Of every answer, also of those that say why there is no page. A page may have a stricter policy.
_PROTECTION: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_ADMIN: Final = "/admin"
# The webhooks of mail services hold mails; other pages take forms alone.
_INBOUND: Final = "/inbound/"
LARGEST_FORM_BYTES: Final = 2_621_440


class RequestIdMiddleware:
    """Middleware: names the request in its answer, as the APIs do, so that it can be found in the logs.

    `config.wsgi` has begun its trace; where another server runs this, the trace begins here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if current_trace() is not None:
            return self._answer(request)
        _, token = begin_trace(id_of_request(request))
        try:
            return self._answer(request)
        finally:
            end_trace(token)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if "x-request-id" not in response.headers:
            put_headers(response, {"x-request-id": id_of_request(request)})
        return response


class PagesMiddleware:
    """Middleware: refuses unknown hosts, counts requests, and gives every page a strict policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the page, or say in one sentence why there is none; either with the policy."""
        response = self._refuse(request) or self._get_response(request)
        for name, value in _PROTECTION.items():
            response.headers.setdefault(name, value)
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answer what the limits of log-ins raise inside of a page, and values that PostgreSQL can't take."""
        if isinstance(exception, DataError | ValidationError):
            # A NUL character, a broken pattern or an id that is none, in an address or a form that no page has made.
            return answer_unreadable(request, exception)
        return answer_limit(exception) if isinstance(exception, RateLimited | Overloaded) else None

    def _refuse(self, request: HttpRequest) -> HttpResponse | None:
        """Return why the request gets no page: in text, which costs less than a page where many are refused."""
        try:
            request.get_host()
        except DisallowedHost:
            # Django would write a traceback for each.
            return _sentence("The host of this address is not served here", HTTPStatus.BAD_REQUEST)
        try:
            throttle_anonymous(request)
        except RateLimited as error:
            # Some mail services give a mail up after any 4xx.
            is_mail = request.path_info.startswith(_INBOUND)
            status = HTTPStatus.SERVICE_UNAVAILABLE if is_mail else HTTPStatus.TOO_MANY_REQUESTS
            response = _sentence(f"{message_for(error)}.", status)
            for name, value in headers_for(error).items():
                response.headers[name] = value
            return response
        if not request.path_info.startswith(_INBOUND) and _size_of(request) > LARGEST_FORM_BYTES:
            return _sentence("The request is too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return None


class AdminHostMiddleware:
    """Middleware: keeps the operators' pages on the installation's own hosts.

    Behind the console of tenants, which has answered on theirs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _is_of_admin(request) and not is_admin_host(request.get_host()):
            return draw_failure("There is nothing at this address", status=HTTPStatus.NOT_FOUND)
        return self._get_response(request)


def is_admin_host(host: str) -> bool:
    """Return whether the operators' pages answer on this host: one of `ADMIN_HOSTS`, and of no tenant.

    Without that setting these are the names of ALLOWED_HOSTS; its wildcards are hosts of tenants.
    """
    hosts = settings.ADMIN_HOSTS or [
        name for name in settings.ALLOWED_HOSTS if not name.startswith((".", "*"))
    ]
    # Of no tenant whose deletion may be undone, either.
    return host_name(host) in map(host_name, hosts) and tenant_by_host(host_name(host)) is None


def _size_of(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isascii() and length.isdigit() else 0


def _is_of_admin(request: HttpRequest) -> bool:
    return request.path_info == _ADMIN or request.path_info.startswith(f"{_ADMIN}/")


def _sentence(text: str, status: HTTPStatus) -> HttpResponse:
    response = HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=status)
    response.headers["Cache-Control"] = "no-store"
    # Django would log a line for each.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
