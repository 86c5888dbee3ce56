"""Links into a tenant's own pages, for mail: on a host that an operator has set, never on that of a request."""

from urllib.parse import urlsplit

from django.conf import settings

from tenants.context import TenantRef
from tenants.registry import primary_host


def tenant_url(tenant: TenantRef, path: str) -> str:
    """Return the URL of a path that names its tenant itself.

    A primary domain that an operator has chosen comes first, then `PUBLIC_URL`, then `<slug>.<BASE_DOMAIN>`.
    """
    host = primary_host(tenant)
    if settings.PUBLIC_URL and host == f"{tenant.slug}.{settings.BASE_DOMAIN}":
        return f"{settings.PUBLIC_URL}{path}"
    return make_url(host, path)


def console_url(tenant: TenantRef, path: str) -> str:
    """Return the URL of a page of the tenant's console, which answers on the tenant's own hosts alone."""
    return make_url(primary_host(tenant), path)


def make_url(host: str, path: str) -> str:
    """Return the URL of a path on a host of this installation, with its scheme and port."""
    if settings.PUBLIC_URL:
        public = urlsplit(settings.PUBLIC_URL)
        scheme, port = public.scheme, public.port
    else:
        scheme, port = ("https", None) if settings.HTTPS else ("http", settings.PORT)
    is_usual = port is None or (scheme, port) in (("http", 80), ("https", 443))
    return f"{scheme}://{host}{path}" if is_usual else f"{scheme}://{host}:{port}{path}"
