"""Slow requests of one tenant leave half of a process's threads to the others."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from core.errors import TenantBusy
from tenants import routing
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.slow_requests import ThreadShare
from tests.database import login_of

THREADS, SHARE = 8, 4


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class TestShare:
    """With a clock of the test."""

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    def share(self, clock: Clock) -> ThreadShare:
        return ThreadShare(THREADS, clock=clock)

    def begin(self, share: ThreadShare, tenant: TenantRef, count: int) -> list[object]:
        held = [share.hold(tenant) for _ in range(count)]
        for request in held:
            request.__enter__()
        return held

    def test_a_further_request_is_refused_while_slow_ones_hold_half(
        self, share: ThreadShare, clock: Clock, acme: TenantRef, globex: TenantRef
    ) -> None:
        held = self.begin(share, acme, SHARE)
        clock.now += 1.5
        with pytest.raises(TenantBusy):
            self.begin(share, acme, 1)
        self.begin(share, globex, 1)
        held[0].__exit__(None, None, None)
        self.begin(share, acme, 1)

    @pytest.mark.parametrize("count", [SHARE, THREADS, 100])
    def test_quick_requests_are_never_refused(
        self, share: ThreadShare, clock: Clock, acme: TenantRef, count: int
    ) -> None:
        self.begin(share, acme, count)
        clock.now += 0.9
        self.begin(share, acme, 1)

    def test_fewer_slow_ones_refuse_nothing(
        self, share: ThreadShare, clock: Clock, acme: TenantRef
    ) -> None:
        self.begin(share, acme, SHARE - 1)
        clock.now += 100
        self.begin(share, acme, THREADS)

    def test_a_request_that_fails_gives_its_place_back(
        self, share: ThreadShare, clock: Clock, acme: TenantRef
    ) -> None:
        for _ in range(THREADS):
            with pytest.raises(ValueError, match="x"), share.hold(acme):
                raise ValueError("x")
        clock.now += 100
        self.begin(share, acme, 1)
        assert not share.end_excess()


@pytest.fixture
def other(committed_tenant: CreatedTenant) -> Iterator[CreatedTenant]:
    created = lifecycle.create_tenant("patient", name="Patient", owner_email="p@patient.test")
    yield created
    lifecycle.delete_tenant("patient")


def get_positions(tenant: CreatedTenant) -> int:
    try:
        return (
            Client()
            .get(
                "/v1/positions",
                headers={
                    "authorization": f"Bearer {tenant.api_key}",
                    "x-happo-api-version": "v20261201",
                },
            )
            .status_code
        )
    finally:
        connection.close()


def test_requests_that_wait_for_a_locked_table_keep_half_of_the_threads(
    committed_tenant: CreatedTenant, other: CreatedTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "THREAD_SHARE", ThreadShare(THREADS))
    # Longer than the test, so that only the share ends requests.
    options = connections.settings["default"]["OPTIONS"]
    monkeypatch.setitem(options, "options", "-c lock_timeout=100s")
    schema = committed_tenant.ref.schema_name
    with (
        psycopg.connect(login_of(settings.OWNER_DATABASE)) as owner,
        ThreadPoolExecutor(THREADS) as threads,
    ):
        owner.execute(f"LOCK TABLE {schema}.recruiting_position")
        burst = {threads.submit(get_positions, committed_tenant) for _ in range(THREADS)}
        ended: set[Future[int]] = set()
        while len(ended) < SHARE:
            done, _ = wait(burst - ended, timeout=60, return_when=FIRST_COMPLETED)
            assert done, "no request was ended"
            ended |= done
        assert [request.result() for request in ended] == [503] * SHARE
        # A locked table is still locked: the rest waits, and holds no more than its half.
        assert not any(request.done() for request in burst - ended)
        assert threads.submit(get_positions, committed_tenant).result(60) == 503
        assert threads.submit(get_positions, other).result(60) == 200
        owner.rollback()
        assert [request.result(60) for request in burst - ended] == [200] * SHARE


def test_no_statement_of_a_later_request_is_cancelled(committed_tenant: CreatedTenant) -> None:
    clock, tenant = Clock(), committed_tenant.ref
    share = ThreadShare(2, clock=clock)
    with share.hold(tenant), share.hold(tenant), tenant_scope(tenant):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        clock.now += 5
        assert share.end_excess()
    assert not share.end_excess()
    with tenant_scope(tenant), connection.cursor() as cursor:
        cursor.execute("SELECT 2")
        assert cursor.fetchone() == (2,)
