"""Whose request is it: the tenant that the host and the credential name, which must be one and the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase

from core.errors import TenantSuspended, Unauthenticated
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.registry import is_there, tenant_by_host, tenant_by_slug


def host_name(host: str) -> str:
    """Return a `Host` header's name alone, as domains are stored: lower case, without port and final dot."""
    name = host.lower()
    if not name.endswith("]"):
        name = name.rpartition(":")[0] or name
    return name.rstrip(".")


def route_credential(slug: str, *, host: str) -> TenantRef:
    """Return the tenant that a credential names.

    Raises `Unauthenticated`, in the same way for an unknown tenant as for a host that belongs to another one.
    """
    tenant, at_host = tenant_by_slug(slug), tenant_by_host(host_name(host))
    if (
        tenant is None
        or tenant.status == "deleting"
        or (at_host is not None and at_host.id != tenant.id)
    ):
        raise Unauthenticated("wrong")
    return tenant


def route_host(host: str) -> TenantRef | None:
    """Return the tenant that the host belongs to, or None for a host that all share."""
    tenant = tenant_by_host(host_name(host))
    return None if tenant is None or tenant.status == "deleting" else tenant


def refuse_suspended(tenant: TenantRef) -> None:
    """Raise `TenantSuspended` for a tenant that is; called after its credential has proven right."""
    if tenant.status == "suspended":
        raise TenantSuspended


@contextmanager
def request_scope(
    tenant: TenantRef, *, look_again: Callable[[], object] = lambda: None
) -> Iterator[None]:
    """Open the scope of a request's tenant.

    What is remembered of tenants and credentials may be a few seconds old. So where a statement fails and the tenant
    is found to be gone, or `look_again` raises for the credential, that is the request's answer: `Unauthenticated`.
    """
    try:
        with tenant_scope(tenant):
            yield
    except DatabaseError:
        # What is wrong with the database, the first error says best.
        with suppress(DatabaseError):
            _refuse_gone(tenant, look_again)
        raise


def _refuse_gone(tenant: TenantRef, look_again: Callable[[], object]) -> None:
    if not is_there(tenant):
        raise Unauthenticated("wrong")
    with tenant_scope(tenant):
        look_again()


class TenantHostMiddleware:
    """Middleware: a host name that belongs to a tenant is served, though ALLOWED_HOSTS doesn't name it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        ask_django = request.get_host

        def get_host() -> str:
            try:
                return ask_django()
            except DisallowedHost:
                host = request.META.get("HTTP_HOST", "")
                # What has no name, Django finds malformed.
                if not split_domain_port(host)[0] or route_host(host) is None:
                    raise
                return host

        request.get_host = get_host
        return self.get_response(request)


class PublicScopeMiddleware:
    """Middleware for what belongs to no tenant: the admin, its sessions and its operators are in `public`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with public_scope():
            return self._get_response(request)
