"""The token bucket: exact when it runs low, cheap when it doesn't, and never more than it holds."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.limits import rate_limits
from core.limits.rate_limits import Allowance, RateLimiter
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bucket's time stand still within a test's transaction, so that a slow machine fills no bucket."""
    monkeypatch.setattr(
        rate_limits, "_TAKE", rate_limits._TAKE.replace("clock_timestamp()", "now()")
    )


def test_a_burst_passes_and_the_next_request_waits(acme: TenantRef) -> None:
    limiter = RateLimiter(clock=Clock())
    allowances = [limiter.spend("key", rate=1, burst=5) for _ in range(6)]
    assert [allowance.remaining for allowance in allowances] == [4, 3, 2, 1, 0, 0]
    assert [bool(allowance.retry_after_seconds) for allowance in allowances] == [False] * 5 + [True]
    assert allowances[0] == Allowance(limit=5, remaining=4, reset_seconds=1)
    assert allowances[-1].retry_after_seconds == 1


def test_the_bucket_fills_with_time(acme: TenantRef) -> None:
    limiter = RateLimiter(clock=Clock())
    for _ in range(3):
        limiter.spend("key", rate=2, burst=3)
    assert limiter.spend("key", rate=2, burst=3).retry_after_seconds == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE traffic_bucket SET filled_at = filled_at - interval '1 second'")
    passed = [limiter.spend("key", rate=2, burst=3).retry_after_seconds == 0 for _ in range(3)]
    assert passed == [True, True, False]


def test_each_credential_has_its_own_bucket(acme: TenantRef) -> None:
    limiter = RateLimiter(clock=Clock())
    limiter.spend("one", rate=1, burst=1)
    assert limiter.spend("one", rate=1, burst=1).retry_after_seconds
    assert not limiter.spend("two", rate=1, burst=1).retry_after_seconds


def test_a_full_bucket_costs_a_statement_every_few_dozen_requests(acme: TenantRef) -> None:
    limiter = RateLimiter(clock=Clock())
    with CaptureQueriesContext(connection) as queries:
        remaining = [limiter.spend("key", rate=1, burst=1000).remaining for _ in range(300)]
    assert len(queries) <= 12
    assert remaining[0] == 999
    assert remaining[-1] in (700, 701)


def test_an_unused_lease_goes_back(acme: TenantRef) -> None:
    clock = Clock()
    idle, busy = RateLimiter(clock=clock), RateLimiter(clock=clock)
    # Leases of 1, 2 and 4 tokens, of which the last has three left.
    for _ in range(4):
        idle.spend("key", rate=1, burst=160)
    # One more than that is what the bucket may have gained meanwhile.
    assert busy.spend("key", rate=1, burst=160).remaining in (152, 153)
    clock.now += 2
    # The next request of the idle process puts them back before it takes one.
    assert idle.spend("key", rate=1, burst=160).remaining in (154, 155)
    assert busy.spend("key", rate=1, burst=160).remaining in (153, 154)


def test_a_process_that_sees_little_of_a_credential_keeps_nothing_from_the_others(
    acme: TenantRef,
) -> None:
    one, other = RateLimiter(clock=Clock()), RateLimiter(clock=Clock())
    remaining = [limiter.spend("key", rate=1, burst=1000).remaining for limiter in (one, other)]
    assert remaining[0] == 999
    assert remaining[1] in (998, 999)
    passed = [other.spend("key", rate=1, burst=1000).retry_after_seconds == 0 for _ in range(1100)]
    assert 998 <= sum(passed) <= 1002


def test_many_threads_and_processes_never_get_more_than_the_bucket_holds(
    committed_tenant: CreatedTenant,
) -> None:
    # Two limiters stand for two processes: they share only the database.
    limiters = [RateLimiter(), RateLimiter()]

    def requests(number: int) -> int:
        with tenant_scope(committed_tenant.ref):
            passed = sum(
                limiters[number % 2].spend("key", rate=1, burst=200).retry_after_seconds == 0
                for _ in range(60)
            )
        connection.close()
        return passed

    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        passed = sum(pool.map(requests, range(8)))
    # 480 were sent. The few above 200 are those that the bucket gained while they ran, one a second.
    assert 200 <= passed <= 201 + (time.monotonic() - began)
