"""A token bucket per credential, in the database and so atomic over all processes and machines.

A process takes its tokens in small leases: one token at first, twice as many each time that a lease is used up within
its second; never more than a sixteenth of what the bucket holds, nor than `LARGEST_LEASE`. A token is in the bucket or
in one lease, never in two, so no more requests pass than the bucket allows; a busy credential costs a statement every
few dozen requests, not every time; and a process that sees little of a credential keeps nothing from the others.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from threading import Lock

from django.db import connection

LARGEST_LEASE = 64
# What this process hasn't used by then goes back, so that an idle process starves no other.
LEASE_SECONDS = 1.0
# So many credentials at most are remembered; beyond that the process starts afresh and their leases are lost to them.
CAPACITY = 10_000

_LEASE = "least(%(wanted)s, greatest(1, floor(available / 16)))"
# One statement: fill by the time that has passed, put back what is left of the last lease, take the next one.
_TAKE = f"""
    INSERT INTO traffic_bucket AS bucket (credential, tokens, leased, filled_at)
    SELECT %(credential)s, available - {_LEASE}, {_LEASE}, clock_timestamp()
      FROM (SELECT %(burst)s::float8 AS available) AS full_bucket
    ON CONFLICT (credential) DO UPDATE SET (tokens, leased, filled_at) = (
        SELECT available - lease, lease, now_at
          FROM (SELECT available, now_at, CASE WHEN available < 1 THEN 0 ELSE {_LEASE} END AS lease
                  FROM (SELECT now_at, least(%(burst)s::float8, bucket.tokens + %(back)s::float8
                               + %(rate)s::float8 * greatest(0, extract(epoch FROM now_at - bucket.filled_at)))
                               AS available
                          FROM (SELECT clock_timestamp() AS now_at) AS clock) AS filled) AS shared)
    RETURNING tokens, leased
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Allowance:
    """How a credential stands after a request: requests and whole seconds."""

    limit: int
    remaining: int
    # Until the bucket is full again.
    reset_seconds: int
    # 0 for a request that may pass; otherwise how long to wait for the next token.
    retry_after_seconds: int = 0


@dataclass(slots=True)
class _Lease:
    left: int
    in_bucket: float
    ends_at: float
    size: int


class RateLimiter:
    """The leases of this process; safe to share between threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._leases: dict[str, _Lease] = {}
        self._lock = Lock()

    def spend(self, credential: str, *, rate: int, burst: int) -> Allowance:
        """Take one token of `credential` (`rate` a second, at most `burst` at once) and tell how it stands then.

        Works in the active tenant; at most one statement.
        """
        now = self._clock()
        with self._lock:
            lease = self._leases.get(credential)
            if lease is not None and lease.left > 0 and lease.ends_at > now:
                lease.left -= 1
                return _allowance(lease, rate=rate, burst=burst)
            self._leases.pop(credential, None)
        wanted = (
            min(LARGEST_LEASE, 2 * lease.size) if lease is not None and lease.ends_at > now else 1
        )
        back = lease.left if lease is not None else 0
        tokens, leased = _take(credential, rate=rate, burst=burst, back=back, wanted=wanted)
        if not leased:
            return _refusal(tokens, rate=rate, burst=burst)
        lease = _Lease(leased - 1, tokens, now + LEASE_SECONDS, size=leased)
        return _allowance(self._keep(credential, lease), rate=rate, burst=burst)

    def _keep(self, credential: str, lease: _Lease) -> _Lease:
        with self._lock:
            if len(self._leases) >= CAPACITY:
                self._leases.clear()
            # Another thread may have taken a lease at the same moment: neither's tokens may be lost.
            other = self._leases.get(credential)
            if other is not None:
                lease.left += other.left
                lease.size = max(lease.size, other.size)
            self._leases[credential] = lease
            return lease

    def forget(self) -> None:
        """Drop every lease; what was left of them is lost to their credentials."""
        with self._lock:
            self._leases.clear()


def _take(credential: str, *, rate: int, burst: int, back: int, wanted: int) -> tuple[float, int]:
    parameters = {
        "credential": credential,
        "rate": rate,
        "burst": burst,
        "back": back,
        "wanted": wanted,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, parameters)
        return cursor.fetchone()


def _allowance(lease: _Lease, *, rate: int, burst: int) -> Allowance:
    remaining = min(burst, int(lease.in_bucket) + lease.left)
    return Allowance(
        limit=burst, remaining=remaining, reset_seconds=ceil((burst - remaining) / rate)
    )


def _refusal(tokens: float, *, rate: int, burst: int) -> Allowance:
    wait = max(1, ceil((1 - tokens) / rate))
    return Allowance(
        limit=burst,
        remaining=0,
        reset_seconds=ceil((burst - tokens) / rate),
        retry_after_seconds=wait,
    )
