"""Workers that die in the middle of a job, and workers that are stopped."""

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.db import connection
from psycopg import sql

from core.jobs import enqueue
from tenants.context import tenant_scope
from tenants.jobs.worker import end_tasks
from tenants.provisioning.lifecycle import CreatedTenant
from tests.database import maintenance
from tests.tenants.jobs.queue import first_name, jobs_of, worker_process
from tests.tenants.jobs.tasks import HALTS_AT, add_letter
from tests.waiting import wait_until

pytestmark = pytest.mark.server


def test_a_job_of_a_killed_worker_is_done_once_by_another(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    ref, user, halt = committed_tenant.ref, committed_tenant.owner_uuid, tmp_path / "halt"
    with tenant_scope(ref):
        enqueue(add_letter, key="1", user_uuid=user)
    with worker_process(**{HALTS_AT: str(halt)}) as doomed:
        wait_until(halt.exists)
        doomed.send_signal(signal.SIGKILL)
        doomed.wait(60)
    assert first_name(ref, user) == ""
    with worker_process():
        wait_until(lambda: jobs_of(ref)[0].status == "succeeded")
    assert first_name(ref, user) == "x"


def test_a_stopping_worker_finishes_its_job(
    committed_tenant: CreatedTenant, tmp_path: Path
) -> None:
    ref, user = committed_tenant.ref, committed_tenant.owner_uuid
    with worker_process() as worker:
        _have_done(committed_tenant, key="1")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    assert first_name(ref, user) == "x"


def test_a_worker_reconnects_when_its_connections_are_cut(committed_tenant: CreatedTenant) -> None:
    ref, user = committed_tenant.ref, committed_tenant.owner_uuid
    with worker_process() as worker:
        for number in range(2):
            _have_done(committed_tenant, key=str(number))
            _cut_connections_of_workers()
        _have_done(committed_tenant, key="last")
        assert worker.poll() is None
    assert first_name(ref, user) == "xxx"


def test_a_worker_that_finds_no_database_for_a_while_goes_on(
    committed_tenant: CreatedTenant,
) -> None:
    ref, user = committed_tenant.ref, committed_tenant.owner_uuid
    with worker_process() as worker:
        _have_done(committed_tenant, key="1")
        with _without_new_connections():
            time.sleep(2)
        _have_done(committed_tenant, key="2")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    assert first_name(ref, user) == "xx"


def test_a_task_that_swallows_a_cancellation_is_ended_all_the_same() -> None:
    """As one does that waits for a connection which comes at the same moment: Python 3.11's `asyncio.wait_for`."""

    async def stubborn() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    async def end_it() -> bool:
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        await asyncio.wait_for(end_tasks([task]), 10)
        return task.cancelled()

    assert asyncio.run(end_it())


def _have_done(tenant: CreatedTenant, *, key: str) -> None:
    """Ask for one more letter, and wait for it."""
    with tenant_scope(tenant.ref):
        enqueue(add_letter, key=key, user_uuid=tenant.owner_uuid)
    wait_until(lambda: jobs_of(tenant.ref)[-1].status == "succeeded")


@contextmanager
def _without_new_connections() -> Iterator[None]:
    """Cut all connections but our own, and refuse new ones."""
    database = sql.Identifier(connection.settings_dict["NAME"])
    with maintenance() as owner:
        owner.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(database))
        try:
            _cut_connections_of_workers()
            yield
        finally:
            owner.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(database))


def _cut_connections_of_workers() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = session_user"
            " AND pid <> pg_backend_pid()"
        )
