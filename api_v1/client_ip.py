"""Where a request comes from."""

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """Return the client's IP address: the connection's, or what the `TRUSTED_PROXIES`-th proxy from here wrote down.

    Anybody may send `X-Forwarded-For`; only its last entries, one by each proxy of our own, can be believed.
    """
    proxies: int = settings.TRUSTED_PROXIES
    forwarded = [
        part.strip()
        for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if part.strip()
    ]
    if 0 < proxies <= len(forwarded):
        return forwarded[-proxies]
    return request.META.get("REMOTE_ADDR", "")
