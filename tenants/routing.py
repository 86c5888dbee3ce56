"""Find the tenant of a request: the host and the credential must name the same one."""

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host
from django.http.response import HttpResponseBase

from core.errors import SchemaOutdated, TenantSuspended, Unauthenticated
from core.trace import note_tenant
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.registry import tenant_by_host, tenant_by_slug, tenant_exists
from tenants.slow_requests import THREAD_SHARE


def host_name(host: str) -> str:
    """Return the host name of a `Host` header as domains are stored: lower case, without port and final dot."""
    name = host.lower()
    if not name.endswith("]"):
        name = name.rpartition(":")[0] or name
    return name.rstrip(".")


def route_credential(slug: str, *, host: str) -> TenantRef:
    """Return the tenant that a credential names.

    Raises `Unauthenticated`, the same for an unknown tenant as for a host of another tenant.
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
    """Return the tenant that the host belongs to, or None for a host that all tenants share."""
    tenant = tenant_by_host(host_name(host))
    return None if tenant is None or tenant.status == "deleting" else tenant


def refuse_suspended(tenant: TenantRef) -> None:
    """Raise `TenantSuspended` if the tenant is suspended; call it after its credential was verified."""
    if tenant.status == "suspended":
        raise TenantSuspended


class request_scope:  # noqa: N801 - a context manager, called like a function
    """Open the scope of a request's tenant.

    Raises `SchemaOutdated` while its tables lack what this code needs, `TenantBusy` while its slow requests hold their
    share of threads.

    Cached tenants and credentials may be a few seconds old. So when a statement fails, this looks for the tenant and
    calls `look_again` to check the credential: `Unauthenticated` replaces the error if either is gone.
    """

    __slots__ = ("_hold", "_look_again", "_scope", "_tenant")

    def __init__(
        self, tenant: TenantRef, *, look_again: Callable[[], object] = lambda: None
    ) -> None:
        self._tenant = tenant
        self._look_again = look_again

    def __enter__(self) -> None:
        note_tenant(self._tenant.slug)
        # Before any statement: the look-up of a credential may need a missing column too.
        if self._tenant.is_outdated:
            raise SchemaOutdated
        self._hold = THREAD_SHARE.hold(self._tenant)
        self._hold.__enter__()
        self._scope = tenant_scope(self._tenant)
        self._scope.__enter__()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            self._scope.__exit__(None, None, None)
        finally:
            self._hold.__exit__(None, None, None)
        if isinstance(error, DatabaseError):
            # When the database itself fails, the first error is the best report.
            with suppress(DatabaseError):
                _refuse_gone(self._tenant, self._look_again)


def _refuse_gone(tenant: TenantRef, look_again: Callable[[], object]) -> None:
    if not tenant_exists(tenant):
        raise Unauthenticated("wrong")
    with tenant_scope(tenant):
        look_again()


class TenantHostMiddleware:
    """Middleware that accepts the host names of tenants in addition to ALLOWED_HOSTS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        ask_django = request.get_host

        def get_host() -> str:
            named = request.META.get("HTTP_HOST")
            if named is not None and _is_allowed(named, tuple(settings.ALLOWED_HOSTS)):
                return str(named)
            try:
                return ask_django()
            except DisallowedHost:
                host: str = request.META.get("HTTP_HOST", "")
                # Django rejects malformed hosts; they have no name.
                if not split_domain_port(host)[0] or route_host(host) is None:
                    raise
                return host

        request.get_host = get_host  # type: ignore[method-assign]
        return self.get_response(request)


# Bounded, as clients invent hosts; a header has at most a few kB.
@lru_cache(maxsize=256)
def _is_allowed(host: str, allowed: tuple[str, ...]) -> bool:
    """Tell whether Django would accept the header; it asks two patterns for each request."""
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


class PublicScopeMiddleware:
    """Middleware for pages outside tenants: the admin, its sessions and operators are in `public`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with public_scope():
            return self._get_response(request)
