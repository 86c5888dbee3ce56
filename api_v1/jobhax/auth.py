"""The JobHax API's credentials: an access token as a bearer token, an OAuth client in the body where one logs in."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from core.accounts.oauth.clients import pinned_version_of
from core.accounts.oauth.queries import caller_by_access_token
from core.accounts.values import Caller
from core.errors import Invalid, Unauthenticated, WrongClient
from tenants.brief_cache import BriefCache
from tenants.context import TenantRef
from tenants.credentials import slug_of_access_token, slug_of_client
from tenants.registry import tenant_by_slug
from tenants.revocations import revocations
from tenants.routing import refuse_suspended, request_scope, route_credential, route_host

_callers: BriefCache[tuple[UUID, bytes, int], Caller] = BriefCache()
_pins: BriefCache[tuple[UUID, str, int], str | None] = BriefCache()


@contextmanager
def admit(request: HttpRequest) -> Iterator[Caller]:
    """Open the scope of the tenant whose access token this request carries; yield who is asking.

    Raises `Unauthenticated` for a missing, malformed, unknown, revoked or expired token, and for one of another tenant
    than the host's; `TenantSuspended` where the token is right and its tenant suspended.
    """
    token = _bearer(request)
    slug = slug_of_access_token(token) if token else None
    if token is None or slug is None:
        raise Unauthenticated("malformed" if token else "missing")
    tenant = route_credential(slug, host=request.get_host())
    with request_scope(tenant, look_again=lambda: caller_by_access_token(token)):
        key = tenant.id, sha256(token.encode()).digest(), revocations(tenant)
        caller = _callers.get(key, lambda: caller_by_access_token(token))
        if caller.expires_at is not None and caller.expires_at <= timezone.now():
            raise Unauthenticated("expired")
        refuse_suspended(tenant)
        yield caller


def tenant_of_client(request: HttpRequest, client_id: str) -> TenantRef:
    """Return the tenant that the client id in a body names, which host and bearer must not contradict.

    Raises `WrongClient` for what can't be one of ours, `Unauthenticated` for an unknown tenant or a contradiction.
    """
    slug = slug_of_client(client_id)
    if slug is None:
        raise WrongClient
    tenant = route_credential(slug, host=request.get_host())
    _refuse_bearer_of_another(request, tenant)
    return tenant


def tenant_of_host(request: HttpRequest) -> TenantRef:
    """Return the tenant of the host, on a shared one that of `HAPPO_DEFAULT_TENANT`; `Invalid` where there is none."""
    tenant = route_host(request.get_host())
    if tenant is None and settings.HAPPO_DEFAULT_TENANT:
        tenant = tenant_by_slug(settings.HAPPO_DEFAULT_TENANT)
    if tenant is None or tenant.status == "deleting":
        raise Invalid.one("client_id", "required")
    _refuse_bearer_of_another(request, tenant)
    return tenant


def pinned_by_body(request: HttpRequest, body: object) -> str | None:
    """Return the version that the client named in the body has pinned, None where there is none."""
    client_id = body.get("client_id") if isinstance(body, dict) else None
    if not isinstance(client_id, str):
        return None
    try:
        tenant = tenant_of_client(request, client_id)
    except (WrongClient, Unauthenticated):
        # What is wrong with it, the view will say.
        return None
    with request_scope(tenant):
        return _pins.get(
            (tenant.id, client_id, revocations(tenant)), lambda: pinned_version_of(client_id)
        )


def forget_callers() -> None:
    """Empty the cache of this process."""
    _callers.clear()
    _pins.clear()


def _bearer(request: HttpRequest) -> str | None:
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _refuse_bearer_of_another(request: HttpRequest, tenant: TenantRef) -> None:
    token = _bearer(request)
    slug = slug_of_access_token(token) if token else None
    if slug is not None and slug != tenant.slug:
        raise Unauthenticated("wrong")
