"""Authentication by a bearer token: one class, with an instance for API keys and one for access tokens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from api_v1.named_client import note_named_client
from core.accounts.secrets import hash_secret
from core.accounts.values import Caller
from core.errors import Unauthenticated
from tenants.brief_cache import BriefCache
from tenants.context import TenantRef
from tenants.routing import refuse_suspended, request_scope, route_credential


class BearerAuthentication:
    """Authenticates requests by one kind of bearer token.

    `slug_of(token)`: the slug of the tenant that a well-formed token of this kind names, or None; makes no query.
    `caller_of(token)`: the caller, looked up in the open scope of that tenant; raises `Unauthenticated`.
    `generation(tenant)`: a number that changes when the callers cached for the tenant have to be looked up again.
    """

    def __init__(
        self,
        *,
        slug_of: Callable[[str], str | None],
        caller_of: Callable[[str], Caller],
        generation: Callable[[TenantRef], int] = lambda tenant: 0,
    ) -> None:
        self._slug_of = slug_of
        self._caller_of = caller_of
        self._generation = generation
        self.callers: BriefCache[tuple[UUID, bytes, int], Caller] = BriefCache()
        # By the hash of the token: checking its form takes as long as all other steps together.
        self._slugs: BriefCache[bytes, str | None] = BriefCache()

    @contextmanager
    def authenticate(self, request: HttpRequest) -> Iterator[Caller]:
        """Open the scope of the tenant whose token the request carries; yield the caller.

        Raises `Unauthenticated` for a missing, malformed, unknown, revoked or expired token, and for one of another
        tenant than the host's; `TenantSuspended` for a valid token of a suspended tenant.
        """
        token = bearer_token(request)
        if token is None:
            raise Unauthenticated("missing")
        hashed = hash_secret(token)
        slug = self._slugs.get(hashed, lambda: self._slug_of(token))
        if slug is None:
            raise Unauthenticated("malformed")
        tenant = route_credential(slug, host=request.get_host())

        def look_up() -> Caller:
            return self._caller_of(token)

        with request_scope(tenant, look_again=look_up):
            caller = self.callers.get((tenant.id, hashed, self._generation(tenant)), look_up)
            if caller.expires_at is not None and caller.expires_at <= timezone.now():
                raise Unauthenticated("expired")
            note_named_client(request, caller.client_id)
            refuse_suspended(tenant)
            yield caller

    def reject_other_tenant(self, request: HttpRequest, tenant: TenantRef) -> None:
        """Raise `Unauthenticated` where the request carries a well-formed token of another tenant than `tenant`."""
        token = bearer_token(request)
        slug = self._slug_of(token) if token else None
        if slug is not None and slug != tenant.slug:
            raise Unauthenticated("wrong")


def bearer_token(request: HttpRequest) -> str | None:
    """Return the bearer token of the `Authorization` header, or None without one."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
