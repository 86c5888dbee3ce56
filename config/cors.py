"""CORS for web clients on other hosts (django-cors-headers), without a cost for other requests."""

from typing import cast

from corsheaders.middleware import CorsMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class CorsForBrowsers(CorsMiddleware):
    """CORS headers for requests with `Origin`, which only browsers send.

    The library reads all headers of every request, which takes longer than checking an API key.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "HTTP_ORIGIN" not in request.META:
            return cast(HttpResponseBase, self.get_response(request))
        return cast(HttpResponseBase, super().__call__(request))

    def check_preflight(self, request: HttpRequest) -> None:
        """Leave preflights to the API handler, which adds envelope and request id; this adds the CORS headers."""
