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
from tests.tenants.jobs.tasks import WAITS_FOR, wait
from tests.waiting import wait_until

GUIDE = Path(settings.BASE_DIR) / "docs" / "operating.md"
FORMULA = re.compile(r"web processes x \(threads \+ (\d+)\) \+ workers x \(jobs at once \+ (\d+)\)")
# The shortest time that Granian takes, in seconds, after which it ends idle threads.
IDLE = 5


def find_others() -> frozenset[int]:
    """Return the connections that other processes and threads hold, each as the id of its server process.

    Those of a process that was killed before, by another test, go away at any time.
    """
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = session_user AND pid <> pg_backend_pid()"
        )
        return frozenset(pid for (pid,) in cursor.fetchall())


def test_a_thread_that_ends_closes_its_connection(first: TenantRef) -> None:
    def query() -> None:
        with tenant_scope(first), connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    before = find_others()
    gc.disable()
    try:
        threads = [threading.Thread(target=query) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_until(lambda: find_others() <= before)
    finally:
        gc.enable()


@pytest.mark.server
def test_bursts_leave_no_connections_behind(
    committed_tenant: CreatedTenant, created_acme: CreatedTenant, tmp_path: Path
) -> None:
    beside, _ = _formula()
    threads = 6
    # Each tenant's requests hold half of the threads, so that a busy machine ends none as a slow one.
    tenants = (committed_tenant, created_acme) * (threads // 2)
    before = find_others()
    with running_server(
        tmp_path, WEB_THREADS=str(threads), WEB_THREAD_IDLE_SECONDS=str(IDLE)
    ) as server:
        callers = [_caller(f"{server.url}/v1/positions", tenant) for tenant in tenants]
        for _ in range(2):
            with ThreadPoolExecutor(threads) as clients:
                assert set(clients.map(lambda call: call(25), callers)) == {200}
            assert requests.get(f"{server.url}/healthz", timeout=60).ok
            assert 1 < len(find_others() - before) <= threads + beside
            # One thread stays, and the connection of the health check.
            wait_until(lambda: len(find_others() - before) <= 1 + beside)


def _caller(url: str, tenant: CreatedTenant) -> Callable[[int], int]:
    """Return a function that sends so many requests, one after another, and returns the highest status."""
    headers = {"Authorization": f"Bearer {tenant.api_key}", "x-happo-api-version": "v20261201"}
    return lambda times: max(
        requests.get(url, headers=headers, timeout=60).status_code for _ in range(times)
    )


@pytest.mark.server
def test_a_worker_holds_as_many_as_the_guide_counts(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    _, beside = _formula()
    # More than the threads that asyncio makes by itself on few cores.
    jobs = 12
    before, goes_on = find_others(), tmp_path / "goes on"
    with tenant_scope(committed_tenant.ref):
        for number in range(3 * jobs):
            enqueue(wait, key=str(number))
    most = 0

    def count(status: str) -> int:
        nonlocal most
        most = max(most, len(find_others() - before))
        return [job.status for job in jobs_of(committed_tenant.ref)].count(status)

    with worker_process("--concurrency", str(jobs), **{WAITS_FOR: str(goes_on)}):
        wait_until(lambda: count("doing") == jobs < most)
        goes_on.touch()
        wait_until(lambda: count("succeeded") == 3 * jobs)
    assert jobs < most <= jobs + beside


def _formula() -> tuple[int, int]:
    found = FORMULA.search(GUIDE.read_text().replace("\n", " "))
    assert found
    return int(found[1]), int(found[2])
