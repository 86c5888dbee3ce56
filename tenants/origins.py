"""Web origins, as browsers send them in the header `Origin` (RFC 6454), and those that OAuth clients are called from.

They are in `public`, because a browser asks whether it may send a request before it names a client or a tenant.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction

from core.accounts.oauth.clients import find_client
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from tenants.audit import installation as audit
from tenants.brief_cache import BriefCache
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.models import ClientOrigin
from tenants.web_origin import MAX_ORIGIN_CHARACTERS, read_origin

# For each origin, the clients that have it, with their tenants.
_Origins = Mapping[str, frozenset[tuple[UUID, str]]]
_origins: BriefCache[None, _Origins] = BriefCache()


def is_origin_of_client(origin: str, client_id: str | None) -> bool:
    """Return whether that OAuth client is called from `origin`; None is no client."""
    return any(client == client_id for _, client in _find(origin))


def is_origin_of_tenant(origin: str, tenant: TenantRef | None) -> bool:
    """Return whether a client of that tenant is called from `origin`; None is any tenant of this installation."""
    return any(tenant is None or tenant.id == owner for owner, _ in _find(origin))


def _find(origin: str) -> frozenset[tuple[UUID, str]]:
    try:
        return _origins.get(None, _load).get(origin, frozenset())
    except DatabaseError:
        # The reply itself says that something is wrong; browsers show it to no client meanwhile.
        return frozenset()


def _load() -> _Origins:
    """Return all of them: a client may send any origin, and none of those may cost a query."""
    found: dict[str, set[tuple[UUID, str]]] = {}
    with public_scope():
        rows = ClientOrigin.objects.values_list("origin", "tenant_id", "client_id")
        for origin, tenant_id, client_id in rows:
            found.setdefault(origin, set()).add((tenant_id, client_id))
    return {origin: frozenset(clients) for origin, clients in found.items()}


def add_origin(tenant: TenantRef, client_id: str, origin: str) -> str:
    """Allow browsers to show the client's replies to pages of `origin`, everywhere within 5 s; return it as stored.

    Raises `NotFound` for an unknown client, `Invalid` for what is no origin, `Conflict` for one that the client has.
    """
    clean = _clean(origin)
    with transaction.atomic():
        with tenant_scope(tenant):
            if find_client(client_id) is None:
                raise NotFound("oauth client", client_id)
            record("oauthclient.add_origin", client_id, origin=clean)
        with public_scope():
            row = ClientOrigin(tenant_id=tenant.id, client_id=client_id, origin=clean)
            try:
                with transaction.atomic():
                    row.save(force_insert=True)
            except IntegrityError as error:
                raise Conflict("origin", "is there already") from error
            audit.record("oauthclient.add_origin", client_id, tenant=tenant.slug, origin=clean)
    forget_origins()
    return clean


def remove_origin(tenant: TenantRef, client_id: str, origin: str) -> str:
    """Take an origin from a client, everywhere within 5 s; return it as it was stored. Raises `NotFound`, `Invalid`."""
    clean = _clean(origin)
    with public_scope(), transaction.atomic():
        own = ClientOrigin.objects.filter(tenant_id=tenant.id, client_id=client_id, origin=clean)
        if not own.delete()[0]:
            raise NotFound("origin", clean)
        with tenant_scope(tenant):
            record("oauthclient.remove_origin", client_id, origin=clean)
        audit.record("oauthclient.remove_origin", client_id, tenant=tenant.slug, origin=clean)
    forget_origins()
    return clean


def list_origins(tenant: TenantRef) -> Mapping[str, list[str]]:
    """Return the origins of each of the tenant's clients that has any, sorted."""
    found: dict[str, list[str]] = {}
    with public_scope():
        rows = ClientOrigin.objects.filter(tenant_id=tenant.id).order_by("client_id", "origin")
        for client_id, origin in rows.values_list("client_id", "origin"):
            found.setdefault(client_id, []).append(origin)
    return found


def remove_origins(tenant: TenantRef, *, client_id: str | None = None) -> None:
    """Remove the origins of a client that is deleted, or those of all the tenant's clients."""
    with public_scope():
        own = ClientOrigin.objects.filter(tenant_id=tenant.id)
        (own if client_id is None else own.filter(client_id=client_id)).delete()
    forget_origins()


def forget_origins() -> None:
    """Empty the cache of this process."""
    _origins.clear()


def _clean(origin: str) -> str:
    clean = read_origin(origin)
    if clean is None:
        raise Invalid.one("origin", "not_origin")
    if len(clean) > MAX_ORIGIN_CHARACTERS:
        raise Invalid.one("origin", "too_long", limit=MAX_ORIGIN_CHARACTERS)
    return clean
