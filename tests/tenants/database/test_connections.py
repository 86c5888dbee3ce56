"""How many connections the processes hold: as many as docs/operating.md counts, and none of a thread that has ended."""

import gc
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from django.conf import settings
from django.db import connection

from core.jobs import enqueue
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests.servers import running_server
from tests.tenants.jobs.queue import jobs_of, worker_process
from tests.tenants.jobs.tasks import nap
from tests.waiting import wait_until

GUIDE = Path(settings.BASE_DIR) / "docs" / "operating.md"
FORMULA = re.compile(r"web processes x \(threads \+ (\d+)\) \+ workers x \(jobs at once \+ (\d+)\)")
# The shortest time that Granian takes, in seconds, after which it ends idle threads.
IDLE = 5


def count_others() -> int:
    """Return how many connections other processes and threads hold."""
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = session_user AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def test_a_thread_that_ends_closes_its_connection(first: TenantRef) -> None:
    def query() -> None:
        with tenant_scope(first), connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    before = count_others()
    gc.disable()
    try:
        threads = [threading.Thread(target=query) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_until(lambda: count_others() == before, seconds=10)
    finally:
        gc.enable()


@pytest.mark.server
def test_bursts_leave_no_connections_behind(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    beside, _ = _formula()
    threads = 6
    with running_server(
        tmp_path, WEB_THREADS=str(threads), WEB_THREAD_IDLE_SECONDS=str(IDLE)
    ) as server:
        call = _caller(f"{server.url}/v1/positions", committed_tenant)
        before = count_others()
        for _ in range(2):
            with ThreadPoolExecutor(16) as clients:
                assert set(clients.map(call, range(150))) == {200}
            assert requests.get(f"{server.url}/healthz", timeout=60).ok
            assert 1 < count_others() - before <= threads + beside
            # One thread stays, and the connection of the health check.
            wait_until(lambda: count_others() - before <= 1 + beside, seconds=IDLE * 4)


def _caller(url: str, tenant: CreatedTenant) -> Callable[[int], int]:
    headers = {"Authorization": f"Bearer {tenant.api_key}", "x-happo-api-version": "v20261201"}
    return lambda _: requests.get(url, headers=headers, timeout=30).status_code


@pytest.mark.server
def test_a_worker_holds_as_many_as_the_guide_counts(committed_tenant: CreatedTenant) -> None:
    _, beside = _formula()
    # More than the threads that asyncio makes by itself on few cores.
    jobs = 12
    before = count_others()
    with tenant_scope(committed_tenant.ref):
        for number in range(3 * jobs):
            enqueue(nap, key=str(number))
    most = 0
    with worker_process("--concurrency", str(jobs)):

        def all_done() -> bool:
            nonlocal most
            most = max(most, count_others() - before)
            return {job.status for job in jobs_of(committed_tenant.ref)} == {"succeeded"}

        wait_until(all_done, seconds=60)
    assert jobs < most <= jobs + beside


def _formula() -> tuple[int, int]:
    found = FORMULA.search(GUIDE.read_text().replace("\n", " "))
    assert found
    return int(found[1]), int(found[2])
