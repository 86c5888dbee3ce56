"""The Happo API's credential: an API key as a bearer token."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from core.accounts.queries import caller_by_api_key
from core.accounts.secrets import hash_of
from core.accounts.values import Caller
from core.errors import Unauthenticated
from tenants.brief_cache import BriefCache
from tenants.credentials import slug_of_key
from tenants.routing import refuse_suspended, request_scope, route_credential

_callers: BriefCache[tuple[UUID, bytes], Caller] = BriefCache()


@contextmanager
def admit(request: HttpRequest) -> Iterator[Caller]:
    """Open the scope of the tenant whose key this request carries; yield who is asking.

    Raises `Unauthenticated` for a missing, malformed, unknown, expired or revoked key, and for one of another tenant
    than the host's; `TenantSuspended` where the key is right and its tenant suspended.
    """
    key = bearer(request)
    slug = slug_of_key(key)
    if slug is None:
        raise Unauthenticated("malformed")
    tenant = route_credential(slug, host=request.get_host())
    with request_scope(tenant, look_again=lambda: caller_by_api_key(key)):
        caller = _callers.get((tenant.id, hash_of(key)), lambda: caller_by_api_key(key))
        if caller.expires_at is not None and caller.expires_at <= timezone.now():
            raise Unauthenticated("expired")
        refuse_suspended(tenant)
        yield caller


def bearer(request: HttpRequest) -> str:
    """Return the token of the `Authorization` header; raise `Unauthenticated` without one."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("missing")
    return token.strip()


def forget_callers() -> None:
    """Empty the cache of this process."""
    _callers.clear()
