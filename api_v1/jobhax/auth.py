"""The JobHax API's credentials: an access token as a bearer token, or an OAuth client in the body of a log-in."""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from api_v1.bearer import BearerAuthentication
from api_v1.named_client import note_named_client
from api_v1.throttling import throttle_client
from core.accounts.oauth.clients import find_pinned_version
from core.accounts.oauth.queries import authenticate_access_token
from core.errors import Invalid, Unauthenticated, WrongClient
from tenants.brief_cache import BriefCache
from tenants.context import TenantRef
from tenants.credentials import slug_of_access_token, slug_of_client
from tenants.registry import tenant_by_slug
from tenants.revocations import revocations
from tenants.routing import request_scope, route_credential, route_host

access_tokens: Final = BearerAuthentication(
    slug_of=slug_of_access_token, caller_of=authenticate_access_token, generation=revocations
)
authenticate: Final = access_tokens.authenticate
_pinned_versions: BriefCache[tuple[UUID, str, int], str | None] = BriefCache()


def tenant_of_client(request: HttpRequest, client_id: str) -> TenantRef:
    """Return the tenant that the client id of a body names, and count the request for client and IP address.

    Raises `RateLimited`; `WrongClient` for a malformed id; `Unauthenticated` for an unknown tenant, and where the host
    or the bearer token belongs to another one.
    """
    note_named_client(request, client_id)
    throttle_client(request, client_id)
    return _tenant_of_client(request, client_id)


def tenant_of_host(request: HttpRequest) -> TenantRef:
    """Return the tenant of the host, on a shared host that of `HAPPO_DEFAULT_TENANT`, and count the request.

    Raises `RateLimited`; `Invalid` where there is none; `Unauthenticated` where the bearer token belongs to another
    tenant.
    """
    throttle_client(request, "")
    tenant = route_host(request.get_host())
    if tenant is None and settings.HAPPO_DEFAULT_TENANT:
        tenant = tenant_by_slug(settings.HAPPO_DEFAULT_TENANT)
    if tenant is None or tenant.status == "deleting":
        raise Invalid.one("client_id", "required")
    access_tokens.reject_other_tenant(request, tenant)
    return tenant


def pinned_by_body(request: HttpRequest, body: object) -> str | None:
    """Return the version that is pinned for the client of the body, None where there is none."""
    client_id = body.get("client_id") if isinstance(body, dict) else None
    if not isinstance(client_id, str):
        return None
    try:
        tenant = _tenant_of_client(request, client_id)
    except (WrongClient, Unauthenticated):
        # The view reports the error.
        return None
    with request_scope(tenant):
        key = tenant.id, client_id, revocations(tenant)
        return _pinned_versions.get(key, lambda: find_pinned_version(client_id))


def _tenant_of_client(request: HttpRequest, client_id: str) -> TenantRef:
    slug = slug_of_client(client_id)
    if slug is None:
        raise WrongClient
    tenant = route_credential(slug, host=request.get_host())
    access_tokens.reject_other_tenant(request, tenant)
    return tenant
