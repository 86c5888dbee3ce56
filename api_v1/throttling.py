"""How many requests a client may send: by its credential, or by its IP address where it has none.

A request costs one token, and one more for each further 100 kB of its body.
"""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from api_v1.client_ip import client_ip
from core.accounts.values import Caller
from core.errors import RateLimited
from core.limits.addresses import network_of
from core.limits.local_buckets import LocalBuckets
from core.limits.rate_limits import RateLimiter

BODY_BYTES_PER_TOKEN: Final = 100_000

limiter: Final = RateLimiter()
# Requests without a valid credential, by address; and of these, what an OAuth client sends to public routes.
anonymous: Final = LocalBuckets(
    rate=settings.ANONYMOUS_RATE_PER_SECOND, burst=settings.ANONYMOUS_RATE_BURST
)
clients: Final = LocalBuckets(
    rate=settings.CLIENT_RATE_PER_SECOND, burst=settings.CLIENT_RATE_BURST
)


def throttle(caller: Caller, headers: dict[str, str]) -> None:
    """Spend one token of the caller's credential; put `RateLimit-*` into the response's `headers`.

    Raise `RateLimited` when no token is left.
    """
    _spend(caller, headers, cost=1)


def throttle_body(
    request: HttpRequest, caller: Caller | None, headers: dict[str, str], length: int
) -> None:
    """Spend the tokens of a body of `length` bytes beyond the request's own; raise `RateLimited`."""
    cost = max(0, length - 1) // BODY_BYTES_PER_TOKEN
    if cost == 0:
        return
    if caller is None:
        anonymous.spend(network_of(client_ip(request)), cost=cost)
    else:
        _spend(caller, headers, cost=cost)


def throttle_anonymous(request: HttpRequest) -> None:
    """Count a request without a valid credential for its IP address; raise `RateLimited`."""
    anonymous.spend(network_of(client_ip(request)))


def throttle_client(request: HttpRequest, client_id: str) -> None:
    """Count a request to a public route for an OAuth client and IP address, before the client is authenticated.

    Raises `RateLimited`. `client_id`: "" where the request names none.
    """
    clients.spend(f"{network_of(client_ip(request))} {client_id}")


def _spend(caller: Caller, headers: dict[str, str], *, cost: int) -> None:
    allowance = limiter.spend(
        caller.credential_id, rate=caller.rate_per_second, burst=caller.burst, cost=cost
    )
    headers["RateLimit-Limit"] = str(allowance.limit)
    headers["RateLimit-Remaining"] = str(allowance.remaining)
    headers["RateLimit-Reset"] = str(allowance.reset_seconds)
    if allowance.retry_after_seconds:
        raise RateLimited(timedelta(seconds=allowance.retry_after_seconds))
