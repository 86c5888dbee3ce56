"""CORS for web clients on other hosts (django-cors-headers), without a cost for everybody else."""

from corsheaders.middleware import CorsMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class CorsForBrowsers(CorsMiddleware):
    """Only a browser sends `Origin`; to read all headers in search of one takes longer than to check a key."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "HTTP_ORIGIN" not in request.META:
            return self.get_response(request)
        return super().__call__(request)

    def check_preflight(self, request: HttpRequest) -> None:
        """Leave a preflight to the door, whose answers have envelope and ids; its headers are put on as ever."""
