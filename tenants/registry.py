"""Look up tenants by slug, host or schema, without a query per request."""

from dataclasses import replace

from django.db.models import Q, QuerySet

from core.errors import NotFound
from tenants.brief_cache import BriefCache
from tenants.context import TenantRef, public_scope
from tenants.models import Domain, Tenant, TenantStatus
from tenants.schema_states import is_outdated

_by_slug: BriefCache[str, TenantRef | None] = BriefCache()
_by_host: BriefCache[str, TenantRef | None] = BriefCache()
_by_schema: BriefCache[str, TenantRef | None] = BriefCache()


def tenant_by_slug(slug: str) -> TenantRef | None:
    """Return the tenant with that slug, or None."""
    return _by_slug.get(slug, lambda: _first(Tenant.objects.filter(slug=slug)))


def tenant_by_host(host: str) -> TenantRef | None:
    """Return the tenant that the host name (lower case, no port) belongs to, or None. Unverified names don't count."""
    verified = Q(domains__domain=host, domains__verified_at__isnull=False)
    return _by_host.get(host, lambda: _first(Tenant.objects.filter(verified)))


def require_tenant(slug: str) -> TenantRef:
    """Return the tenant with that slug from the database, not the cache; raise `NotFound`."""
    tenant = _first(Tenant.objects.filter(slug=slug))
    if tenant is None:
        raise NotFound(kind="tenant", id=slug)
    return tenant


def tenant_by_schema(schema_name: str) -> TenantRef | None:
    """Return the tenant with that schema, or None."""
    return _by_schema.get(
        schema_name, lambda: _first(Tenant.objects.filter(schema_name=schema_name))
    )


def primary_host(tenant: TenantRef) -> str:
    """Return the tenant's primary domain: the first host name that it got, unless an operator has made another so."""
    with public_scope():
        hosts = Domain.objects.filter(tenant_id=tenant.id).order_by("-is_primary", "id")
        return str(hosts.values_list("domain", flat=True)[0])


def tenant_exists(tenant: TenantRef) -> bool:
    """Return whether the database still has the tenant and it isn't being deleted."""
    with public_scope():
        found = Tenant.objects.filter(id=tenant.id).exclude(status=TenantStatus.DELETING)
        return bool(found.exists())


def forget_tenants() -> None:
    """Empty the cache of this process."""
    _by_slug.clear()
    _by_host.clear()
    _by_schema.clear()


def _first(tenants: QuerySet[Tenant]) -> TenantRef | None:
    # The caller may be inside a tenant's scope, whose role can't read the registry.
    with public_scope():
        tenant = tenants.first()
        if tenant is None:
            return None
        return replace(tenant.ref(), is_outdated=is_outdated(tenant.schema_digest))
