"""Workers that die in the middle of a job, and workers that are told to stop."""

import signal
from pathlib import Path

import pytest
from django.db import connection

from core.jobs import enqueue
from tenants.context import tenant_scope
from tenants.onboarding import CreatedTenant
from tests.jobs.queue import first_name, jobs_of, wait_until, worker_process
from tests.jobs.tasks import HALTS_AT, add_letter

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
        doomed.wait(10)
    assert first_name(ref, user) == ""
    with worker_process():
        wait_until(lambda: jobs_of(ref)[0].status == "succeeded")
    assert first_name(ref, user) == "x"


def test_a_worker_told_to_stop_finishes_what_it_does(committed_tenant: CreatedTenant, tmp_path: Path) -> None:
    ref, user = committed_tenant.ref, committed_tenant.owner_uuid
    with worker_process() as worker:
        with tenant_scope(ref):
            enqueue(add_letter, key="1", user_uuid=user)
        wait_until(lambda: jobs_of(ref)[0].status == "succeeded")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(15) == 0
    assert first_name(ref, user) == "x"


def test_a_worker_whose_connections_are_cut_goes_on(committed_tenant: CreatedTenant) -> None:
    ref, user = committed_tenant.ref, committed_tenant.owner_uuid
    with worker_process() as worker:
        for number in range(2):
            with tenant_scope(ref):
                enqueue(add_letter, key=str(number), user_uuid=user)
            wait_until(lambda done=number: jobs_of(ref)[done].status == "succeeded")
            _cut_connections_of_workers()
        with tenant_scope(ref):
            enqueue(add_letter, key="last", user_uuid=user)
        wait_until(lambda: jobs_of(ref)[-1].status == "succeeded")
        assert worker.poll() is None
    assert first_name(ref, user) == "xxx"


def _cut_connections_of_workers() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = session_user AND pid <> pg_backend_pid()"
        )
