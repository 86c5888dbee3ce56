"""The console's own way through Django: no operator, no session of Django's and no row of `public` is in it."""

from collections.abc import Callable
from typing import Final, cast

from django.core.exceptions import ValidationError
from django.db import DataError
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, get_resolver
from django.views.decorators.csrf import csrf_protect

from api_v1.client_ip import client_ip
from api_v1.console.cookies import read_session
from api_v1.console.page import ConsoleRequest
from api_v1.console.serving import refuse, refuse_error
from core.accounts.sessions.queries import find_session
from core.accounts.sessions.values import SignedIn
from core.audit import ANONYMOUS, Actor, acting_as
from core.errors import DomainError
from core.trace import note_route
from tenants.console.flashes import HostCookieStorage
from tenants.context import TenantRef
from tenants.routing import request_scope, route_host

URLS: Final = "api_v1.console.urls"
# The beginnings of the console's paths; the second form has no page of its own.
_AREAS: Final = ("/admin/", "/app/")
_SIGN_IN: Final = ("/sign-in", "/sign-out", "/forgot-password")
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}


class ConsoleMiddleware:
    """Middleware: answers the console's paths on the hosts of tenants; every other request goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_of_console(request.path_info):
            return self._get_response(request)
        tenant = route_host(request.get_host())
        if tenant is None:
            return self._get_response(request)
        response = answer(request, tenant)
        for name, value in _HEADERS.items():
            response.headers[name] = value
        return response


def is_of_console(path: str) -> bool:
    """Return whether a tenant's host answers this path with its console."""
    is_signing_in = any(path == one or path.startswith(f"{one}/") for one in _SIGN_IN)
    return is_signing_in or path.startswith(_AREAS) or f"{path}/" in _AREAS


@csrf_protect
def answer(request: HttpRequest, tenant: TenantRef) -> HttpResponseBase:
    """Return the tenant's page of the request's path."""
    if f"{request.path_info}/" in _AREAS:
        return HttpResponseRedirect(f"{request.path_info}/")
    console = cast(ConsoleRequest, request)
    console.tenant, console.visitor = tenant, None
    # In a signed cookie, as the console has no session of Django's.
    console._messages = HostCookieStorage(request)  # type: ignore[attr-defined]
    response = _answer(console)
    console._messages.update(response)  # type: ignore[attr-defined]
    return response


def _answer(request: ConsoleRequest) -> HttpResponseBase:
    if request.tenant.status == "suspended":
        return refuse(request, "This account is suspended", status=403)
    try:
        match = get_resolver(URLS).resolve(request.path_info)
    except Resolver404:
        return refuse(request, "There is nothing at this address", status=404)
    request.resolver_match = match
    note_route(f"/{match.route}")
    try:
        with request_scope(request.tenant):
            request.visitor = _find_visitor(request)
            with acting_as(_actor_of(request.visitor), address=client_ip(request)):
                response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
            return response
    except DomainError as error:
        return refuse_error(request, error)
    except (DataError, ValidationError):
        # A NUL character, or a key of a table that is none, in an address or a form that no page has made.
        return refuse(request, "The request can't be read", status=400)


def _actor_of(visitor: SignedIn | None) -> Actor:
    return ANONYMOUS if visitor is None else Actor("user", str(visitor.user_uuid))


def _find_visitor(request: ConsoleRequest) -> SignedIn | None:
    token = read_session(request)
    found = find_session(token) if token else None
    return found if found is not None and found.is_complete else None
