"""Host names of tenants: add, remove, make one the primary. The application's role may only read them."""

import re

from django.conf import settings
from django.db import IntegrityError, transaction

from core.errors import Conflict, Invalid, NotFound
from tenants.database.owner import owner_connection
from tenants.models import Domain, Tenant, TenantStatus
from tenants.operators import audit

# A name of at least two labels: `localhost` itself, and any other bare name, belongs to no tenant.
_HOST_NAME = re.compile(
    r"(?=.{3,253}\Z)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)[a-z0-9-]{1,63}(?<!-)"
)


def clean_host(domain: str) -> str:
    """Return a host name as it is stored; raise `Invalid` for what is none, `Conflict` for one that tenants share."""
    host = domain.strip().lower().rstrip(".")
    if not _HOST_NAME.fullmatch(host):
        raise Invalid.one("domain", "host_name")
    if host in (*settings.ALLOWED_HOSTS, settings.BASE_DOMAIN):
        # On a tenant's own host, the requests of all other tenants are rejected.
        raise Conflict("domain", "is a host that all tenants share")
    return host


def add_domain(slug: str, domain: str) -> Domain:
    """Give the tenant another host name, in effect everywhere within 5 s.

    Raises `NotFound` for an unknown tenant, `Conflict` for a host name that a tenant has already.
    """
    host = clean_host(domain)
    with owner_connection(), transaction.atomic():
        tenant = Tenant.objects.exclude(status=TenantStatus.DELETING).filter(slug=slug).first()
        if tenant is None:
            raise NotFound("tenant", slug)
        added = Domain(domain=host, tenant=tenant, is_primary=False)
        try:
            with transaction.atomic():
                added.save(force_insert=True)
        except IntegrityError as error:
            raise Conflict("domain") from error
        audit.record("domain.add", tenant=slug, host=host)
        return added


def remove_domain(domain: str, *, slug: str | None = None) -> Domain:
    """Take a host name from its tenant; `Conflict` for the primary one. `slug`: raise `NotFound` if it is another's."""
    with owner_connection(), transaction.atomic():
        removed = _find(domain, slug=slug)
        if removed.is_primary:
            raise Conflict(
                "domain", "is the primary one of its tenant: make another one primary first"
            )
        Domain.objects.filter(pk=removed.pk).delete()
        audit.record("domain.remove", tenant=removed.tenant.slug, host=removed.domain)
        return removed


def make_primary(domain: str, *, slug: str | None = None) -> Domain:
    """Make a host name the one that `tenant list` shows. `slug`: raise `NotFound` if it is another tenant's."""
    with owner_connection(), transaction.atomic():
        primary = _find(domain, slug=slug)
        primary.is_primary = True
        # The library's `save` takes the mark from the former one.
        primary.save(update_fields=["is_primary"])
        audit.record("domain.primary", tenant=primary.tenant.slug, host=primary.domain)
        return primary


def _find(domain: str, *, slug: str | None) -> Domain:
    host = domain.strip().lower().rstrip(".")
    found = Domain.objects.select_related("tenant").select_for_update().filter(domain=host)
    if slug is not None:
        found = found.filter(tenant__slug=slug)
    first: Domain | None = found.first()
    if first is None:
        raise NotFound("domain", host)
    return first
