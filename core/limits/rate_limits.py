"""A token bucket per credential, stored in the database and so exact across all processes and machines.

A process takes tokens in leases: one token at first, twice as many whenever a lease is used up within a second, but at
most a sixteenth of the bucket's tokens and at most `LARGEST_LEASE`. A token is in the bucket or in one lease, never in
both, so no more requests pass than the bucket allows. A busy credential costs one statement every few dozen requests,
and a process that rarely sees a credential withholds no tokens from the others.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from threading import Lock
from typing import NamedTuple

from django.db import connection

from core.sql import Parameters

LARGEST_LEASE = 64
# Tokens that are unused after this time are returned with the next lease, so that an idle process starves no other.
LEASE_SECONDS = 1.0
# The number of leases that a process keeps. Beyond it all are dropped, and their tokens are lost to the credentials.
CAPACITY = 10_000

_LEASE = "least(%(wanted)s, greatest(%(cost)s, floor(available / 16)))"
# One statement: refill by the elapsed time, return the rest of the last lease, take the next one.
_TAKE = f"""
    INSERT INTO traffic_bucket AS bucket (credential, tokens, leased, filled_at)
    SELECT %(credential)s, available - {_LEASE}, {_LEASE}, clock_timestamp()
      FROM (SELECT %(burst)s::float8 AS available) AS full_bucket
    ON CONFLICT (credential) DO UPDATE SET (tokens, leased, filled_at) = (
        SELECT available - lease, lease, now_at
          FROM (SELECT available, now_at,
                       CASE WHEN available < %(cost)s THEN 0 ELSE {_LEASE} END AS lease
                  FROM (SELECT now_at, least(%(burst)s::float8, bucket.tokens + %(back)s::float8
                               + %(rate)s::float8 * greatest(0,
                                 extract(epoch FROM now_at - bucket.filled_at)))
                               AS available
                          FROM (SELECT clock_timestamp() AS now_at) AS clock) AS filled) AS shared)
    RETURNING tokens, leased
"""  # noqa: S608 - put together from constants


class Allowance(NamedTuple):
    """The state of a credential's bucket after a request, in requests and whole seconds."""

    # The size of the bucket (`burst`).
    limit: int
    remaining: int
    # Until the bucket is full again.
    reset_seconds: int
    # 0 where the request may pass; otherwise the time until the next token.
    retry_after_seconds: int = 0


@dataclass(slots=True)
class _Lease:
    left: int
    in_bucket: float
    ends_at: float
    size: int


class RateLimiter:
    """The leases of this process; thread-safe. `clock` returns seconds."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._leases: dict[str, _Lease] = {}
        self._lock = Lock()

    def spend(self, credential: str, *, rate: int, burst: int, cost: int = 1) -> Allowance:
        """Take `cost` tokens from the bucket of `credential` in the active tenant; return the bucket's state.

        `rate`: tokens added per second; `burst`: size of the bucket, and the most that a request can cost. Takes all
        tokens or none. Runs at most one statement.
        """
        now, cost = self._clock(), min(cost, burst)
        with self._lock:
            lease = self._leases.get(credential)
            if lease is not None and lease.left >= cost and lease.ends_at > now:
                lease.left -= cost
                return _allow(lease, rate=rate, burst=burst)
            self._leases.pop(credential, None)
        wanted = (
            min(LARGEST_LEASE, 2 * lease.size) if lease is not None and lease.ends_at > now else 1
        )
        parameters = {
            "credential": credential,
            "rate": rate,
            "burst": burst,
            "back": lease.left if lease is not None else 0,
            "wanted": max(cost, wanted),
            "cost": cost,
        }
        tokens, leased = _take(parameters)
        if not leased:
            return _deny(tokens, rate=rate, burst=burst, cost=cost)
        lease = _Lease(leased - cost, tokens, now + LEASE_SECONDS, size=leased)
        return _allow(self._keep(credential, lease), rate=rate, burst=burst)

    def _keep(self, credential: str, lease: _Lease) -> _Lease:
        with self._lock:
            if len(self._leases) >= CAPACITY:
                self._leases.clear()
            # Another thread may have taken a lease meanwhile: keep the tokens of both.
            other = self._leases.get(credential)
            if other is not None:
                lease.left += other.left
                lease.size = max(lease.size, other.size)
            self._leases[credential] = lease
            return lease


def _take(parameters: Parameters) -> tuple[float, int]:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, parameters)
        taken: tuple[float, int] = cursor.fetchone()
    return taken


def _allow(lease: _Lease, *, rate: int, burst: int) -> Allowance:
    remaining = min(burst, int(lease.in_bucket) + lease.left)
    return Allowance(
        limit=burst, remaining=remaining, reset_seconds=ceil((burst - remaining) / rate)
    )


def _deny(tokens: float, *, rate: int, burst: int, cost: int) -> Allowance:
    wait = max(1, ceil((cost - tokens) / rate))
    return Allowance(
        limit=burst,
        remaining=max(0, int(tokens)),
        reset_seconds=ceil((burst - tokens) / rate),
        retry_after_seconds=wait,
    )
