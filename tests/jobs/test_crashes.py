"""Workers that die in the middle of a job, and workers that are told to stop."""

import signal
from pathlib import Path

import pytest

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
