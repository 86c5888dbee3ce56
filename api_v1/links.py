"""Links that leave this server: in answers and in mail."""

from django.conf import settings
from django.http import HttpRequest

from tenants.routing import route_host
from tenants.tenant_links import tenant_url

__all__ = ["absolute_url", "tenant_url"]


def absolute_url(request: HttpRequest, path: str) -> str:
    """Return the URL of a path: on a tenant's own host if the request came by one, else on `PUBLIC_URL`.

    Without `PUBLIC_URL` it is the host of the request, which may be a name inside the operator's network.
    """
    if settings.PUBLIC_URL and route_host(request.get_host()) is None:
        return f"{settings.PUBLIC_URL}{path}"
    return request.build_absolute_uri(path)
