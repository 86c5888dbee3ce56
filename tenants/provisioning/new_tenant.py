"""What a new tenant may be called, checked before anything is made. The application's role may do all of this."""

from typing import Final

from django.conf import settings

from core.accounts.addresses import clean_email
from core.errors import Conflict, Invalid
from core.one_line import clean_label
from tenants.context import public_scope
from tenants.credentials import SLUG
from tenants.models import Domain, Tenant
from tenants.provisioning.domains import clean_host

NAME_LENGTH: Final = 200


def check_new_tenant(slug: str, *, name: str, owner_email: str, domain: str | None = None) -> None:
    """Raise what `create_tenant` would raise for these values now. The application's role may do this."""
    check_new_slug(slug)
    clean_name(name)
    clean_email(owner_email)
    check_new_host(host_of_new(slug, domain))


def check_new_slug(slug: str) -> None:
    """Raise `Invalid` or `Conflict` where no tenant may have that slug."""
    require_slug(slug)
    with public_scope():
        if Tenant.objects.filter(slug=slug).exists():
            raise Conflict(kind="slug")


def check_new_host(domain: str) -> str:
    """Return the host name as it is stored; raise `Invalid` or `Conflict` where no tenant may have it."""
    host = clean_host(domain)
    with public_scope():
        if Domain.objects.filter(domain=host).exists():
            raise Conflict(kind="domain")
    return host


def host_of_new(slug: str, domain: str | None) -> str:
    """Return the first host name of a tenant: `domain`, or `<slug>.<BASE_DOMAIN>`; raise `Invalid`, `Conflict`."""
    require_slug(slug)
    return clean_host(f"{slug}.{settings.BASE_DOMAIN}" if domain is None else domain)


def require_slug(slug: str) -> None:
    """Raise `Invalid` for what is no slug."""
    if not SLUG.fullmatch(slug):
        raise Invalid.one("slug", "slug")


def clean_name(name: str) -> str:
    """Return the name as it is stored; raise `Invalid`."""
    name = clean_label(name, field="name", limit=NAME_LENGTH)
    if not name:
        raise Invalid.one("name", "required")
    return name
