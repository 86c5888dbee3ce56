"""The IP address that a request comes from."""

from django.conf import settings
from django.http import HttpRequest

from core.limits.addresses import parse_address


def client_ip(request: HttpRequest) -> str:
    """Return the client's IP address: the connection's, or what the `TRUSTED_PROXIES`-th proxy from here recorded.

    "" where that is no IP address. A client can send any `X-Forwarded-For`; only its last entries, one by each trusted
    proxy, are reliable.
    """
    proxies: int = settings.TRUSTED_PROXIES
    forwarded = [
        part.strip()
        for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if part.strip()
    ]
    if 0 < proxies <= len(forwarded):
        return parse_address(forwarded[-proxies])
    return parse_address(request.META.get("REMOTE_ADDR", ""))
