"""Host names of tenants: add, verify, remove, make one the primary. The application's role may only read them.

A tenant shows that a name is its own by a record in DNS: TXT at `_happo.<name>` with the token of the domain, or CNAME
from the name to the tenant's host below BASE_DOMAIN. Until then no request is answered there.
"""

import re
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.dns import dns_records
from core.domain_names import DOTS, clean_domain, to_ascii
from core.errors import Conflict, Invalid, NotFound
from tenants.audit import installation as audit
from tenants.context import public_scope
from tenants.database.owner import owner_connection
from tenants.models import Domain, Tenant, TenantStatus

# A name of at least two labels: `localhost` itself, and any other bare name, belongs to no tenant.
_HOST_NAME = re.compile(
    r"(?=.{3,253}\Z)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)[a-z0-9-]{1,63}(?<!-)"
)


def clean_host(domain: str) -> str:
    """Return a host name, which may be written in Unicode, as it is stored: as DNS has it.

    Raises `Invalid` for what is none, `Conflict` for one that tenants share.
    """
    host = clean_domain(_strip(domain), field="domain")
    if not _HOST_NAME.fullmatch(host):
        raise Invalid.one("domain", "host_name")
    if host in (*settings.ALLOWED_HOSTS, settings.BASE_DOMAIN):
        # On a tenant's own host, the requests of all other tenants are rejected.
        raise Conflict("domain", "is a host that all tenants share")
    return host


@dataclass(frozen=True, slots=True)
class Proof:
    """What DNS must say, one of both: TXT `text` at `text_name`, or `alias` as the CNAME of the domain."""

    text_name: str
    text: str
    alias: str


def new_domain(tenant: Tenant, host: str, *, is_primary: bool, is_verified: bool) -> Domain:
    """Return a domain that is not stored yet."""
    return Domain(
        domain=host,
        tenant=tenant,
        is_primary=is_primary,
        verified_at=timezone.now() if is_verified else None,
        token=secrets.token_urlsafe(32),
    )


def proof_of(domain: Domain) -> Proof:
    """Return what shows that the domain is its tenant's."""
    return Proof(
        text_name=f"_happo.{domain.domain}",
        text=f"happo={domain.token}",
        alias=f"{domain.tenant.slug}.{settings.BASE_DOMAIN}",
    )


def list_domains(slug: str) -> list[Domain]:
    """Return the tenant's domains, the primary one first."""
    with public_scope():
        found = Domain.objects.select_related("tenant").filter(tenant__slug=slug)
        return list(found.order_by("-is_primary", "domain"))


def verify_domain(domain: str, *, slug: str | None = None) -> Domain:
    """Look into DNS, and answer requests at the domain within 5 s where it shows that the domain is the tenant's.

    Raises `NotFound` for an unknown domain, `Conflict` where DNS doesn't say so, `ProviderDown` where it is silent.
    """
    with owner_connection():
        found = _find(domain, slug=slug)
        if found.verified_at is not None:
            return found
        if not is_proven(found):
            proof = proof_of(found)
            raise Conflict(
                "domain",
                f"is not verified: DNS has no TXT record {proof.text} at {proof.text_name}",
            )
        with transaction.atomic():
            locked = _find(domain, slug=slug, lock=True)
            locked.verified_at = timezone.now()
            locked.save(update_fields=["verified_at"])
            audit.record("domain.verify", locked.domain, tenant=locked.tenant.slug)
        return locked


def is_proven(domain: Domain) -> bool:
    """Return whether DNS shows now that the domain is its tenant's; raise `ProviderDown` where it doesn't answer."""
    proof, dns = proof_of(domain), dns_records()
    shown = any(
        secrets.compare_digest(text.strip().encode(), proof.text.encode())
        for text in dns.texts(proof.text_name)
    )
    return bool(domain.token) and (shown or dns.alias(domain.domain) == proof.alias)


def add_domain(slug: str, domain: str, *, is_verified: bool = True) -> Domain:
    """Give the tenant another host name, in effect everywhere within 5 s.

    `is_verified`: False where DNS has yet to show that it is the tenant's.
    Raises `NotFound` for an unknown tenant, `Conflict` for a host name that a tenant has already.
    """
    host = clean_host(domain)
    with owner_connection(), transaction.atomic():
        tenant = Tenant.objects.exclude(status=TenantStatus.DELETING).filter(slug=slug).first()
        if tenant is None:
            raise NotFound("tenant", slug)
        added = new_domain(tenant, host, is_primary=False, is_verified=is_verified)
        try:
            with transaction.atomic():
                added.save(force_insert=True)
        except IntegrityError as error:
            raise Conflict("domain") from error
        audit.record("domain.add", host, tenant=slug)
        return added


def remove_domain(domain: str, *, slug: str | None = None) -> Domain:
    """Take a host name from its tenant; `Conflict` for the primary one. `slug`: raise `NotFound` if it is another's."""
    with owner_connection(), transaction.atomic():
        removed = _find(domain, slug=slug, lock=True)
        if removed.is_primary:
            raise Conflict(
                "domain", "is the primary one of its tenant: make another one primary first"
            )
        Domain.objects.filter(pk=removed.pk).delete()
        audit.record("domain.remove", removed.domain, tenant=removed.tenant.slug)
        return removed


def make_primary(domain: str, *, slug: str | None = None) -> Domain:
    """Make a host name the one that `tenant list` shows. `slug`: raise `NotFound` if it is another tenant's."""
    with owner_connection(), transaction.atomic():
        primary = _find(domain, slug=slug, lock=True)
        if primary.verified_at is None:
            raise Conflict("domain", "is not verified yet")
        primary.is_primary = True
        # The library's `save` takes the mark from the former one.
        primary.save(update_fields=["is_primary"])
        audit.record("domain.primary", primary.domain, tenant=primary.tenant.slug)
        return primary


def _find(domain: str, *, slug: str | None, lock: bool = False) -> Domain:
    host = to_ascii(_strip(domain))
    found = Domain.objects.select_related("tenant").filter(domain=host)
    if lock:
        found = found.select_for_update()
    if slug is not None:
        found = found.filter(tenant__slug=slug)
    first: Domain | None = found.first()
    if first is None:
        raise NotFound("domain", host)
    return first


def _strip(domain: str) -> str:
    return domain.strip().rstrip(DOTS)
