"""Links that leave this server: in answers and in mail."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from tenants.context import TenantRef
from tenants.registry import primary_host
from tenants.routing import route_host


def absolute_url(request: HttpRequest, path: str) -> str:
    """Return the URL of a path: on a tenant's own host if the request came by one, else on `PUBLIC_URL`.

    Without `PUBLIC_URL` it is the host of the request, which may be a name inside the operator's network.
    """
    if settings.PUBLIC_URL and route_host(request.get_host()) is None:
        return f"{settings.PUBLIC_URL}{path}"
    return request.build_absolute_uri(path)


def tenant_url(tenant: TenantRef, path: str) -> str:
    """Return the URL of a path for mail: on a host that an operator has set, never on that of a request.

    A primary domain that an operator has chosen comes first, then `PUBLIC_URL`, then `<slug>.<BASE_DOMAIN>`.
    """
    host = primary_host(tenant)
    is_chosen = host != f"{tenant.slug}.{settings.BASE_DOMAIN}"
    if settings.PUBLIC_URL and not is_chosen:
        return f"{settings.PUBLIC_URL}{path}"
    if settings.PUBLIC_URL:
        public = urlsplit(settings.PUBLIC_URL)
        scheme, port = public.scheme, public.port
    else:
        scheme, port = ("https", None) if settings.HTTPS else ("http", settings.PORT)
    is_usual = port is None or (scheme, port) in (("http", 80), ("https", 443))
    return f"{scheme}://{host}{path}" if is_usual else f"{scheme}://{host}:{port}{path}"
