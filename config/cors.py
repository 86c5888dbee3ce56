"""CORS for web clients on other hosts (django-cors-headers), at no cost to other requests."""

import re
from typing import cast

from corsheaders.conf import conf
from corsheaders.middleware import CorsMiddleware
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from api_v1.named_client import find_named_client
from tenants.origins import is_origin_of_client, is_origin_of_tenant
from tenants.routing import route_host


class CorsForBrowsers(CorsMiddleware):
    """CORS headers for requests with `Origin`, which only browsers send.

    Beside `CORS_ORIGINS`, the origins of OAuth clients are allowed. A reply to a client's token, or to a request whose
    body names a client, is shown to that client's origins alone. Others name no client yet: a preflight, and what is
    refused for its credential, which a client has to see to refresh its token. They are shown to any client's origins,
    on a tenant's host to those of that tenant's clients.

    The library reads all headers of every request, which takes longer than checking an API key.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "HTTP_ORIGIN" not in request.META:
            return cast(HttpResponseBase, self.get_response(request))
        return cast(HttpResponseBase, super().__call__(request))

    def check_preflight(self, request: HttpRequest) -> None:
        """Leave preflights to the API handler, which adds envelope and request id; this adds the CORS headers."""

    def is_enabled(self, request: HttpRequest) -> bool:
        """Return whether the request is of an API: no origin may read the pages of the admin."""
        return re.match(conf.CORS_URLS_REGEX, request.path_info) is not None

    def check_signal(self, request: HttpRequest) -> bool:
        """Return whether the origin is one of an OAuth client; the library asks for those that the settings lack."""
        origin, named = request.META["HTTP_ORIGIN"], find_named_client(request)
        if named is not None:
            return is_origin_of_client(origin, named.client_id)
        try:
            return is_origin_of_tenant(origin, route_host(request.get_host()))
        except DisallowedHost:
            return False
