"""`manage.py jobs`: operators see the queue of all tenants, and retry or cancel a job."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.errors import NotFound
from core.jobs import enqueue
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.jobs.queries import list_jobs
from tenants.jobs.services import cancel_job, retry_job
from tenants.models import AuditEntry
from tenants.provisioning.lifecycle import CreatedTenant
from tests.statements import statements
from tests.tenants.jobs.queue import empty_queue, first_name, jobs_of, work_until_empty
from tests.tenants.jobs.tasks import add_letter, fail, give_up


@pytest.fixture
def queue(tenant_of_file: CreatedTenant) -> TenantRef:
    empty_queue()
    return tenant_of_file.ref


def run(*arguments: str) -> Any:  # Any: what JSON holds
    out = io.StringIO()
    call_command("jobs", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def listed(*arguments: str) -> list[Any]:  # Any: as above
    jobs: list[Any] = run("list", *arguments)["jobs"]
    return jobs


def set_status(job_id: int, status: str) -> None:
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = %s",
            [status, job_id],
        )


def actions() -> list[tuple[str, str, int]]:
    entries = AuditEntry.objects.filter(action__startswith="job.").order_by("id")
    return [(one.action, one.tenant, int(one.object_id)) for one in entries]


def test_waiting_running_and_failed_jobs_are_listed_with_tenant_and_reason(
    queue: TenantRef,
) -> None:
    with tenant_scope(queue):
        enqueue(give_up, key="1")
    work_until_empty()
    with tenant_scope(queue):
        enqueue(add_letter, key="1", user_uuid="a")
        enqueue(add_letter, key="2", user_uuid="a")
    set_status(jobs_of(queue)[1].id, "doing")
    failed, running, waiting = (job.id for job in jobs_of(queue))
    jobs = listed("--tenant", queue.slug)
    assert [(job["id"], job["state"], job["attempts"]) for job in jobs] == [
        (waiting, "waiting", 0),
        (running, "running", 0),
        (failed, "failed", 1),
    ]
    assert [job["outcome"] for job in jobs] == [None, None, "no way to do this"]
    assert {job["tenant"] for job in jobs} == {queue.slug}
    assert jobs[2].keys() == {"id", "task", "tenant", "state", "attempts", "outcome", "at"}
    assert jobs[2]["task"] == "tests.give_up"
    assert jobs[2]["at"].endswith("Z")
    assert [job["id"] for job in listed("--state", "failed")] == [failed]
    assert listed("--tenant", queue.slug, "--state", "done", "--state", "cancelled") == []
    assert [job["id"] for job in listed("--limit", "1")] == [waiting]
    set_status(running, "failed")


def test_a_list_takes_one_statement_and_pages_go_back_by_id(queue: TenantRef) -> None:
    with tenant_scope(queue):
        for number in range(5):
            enqueue(add_letter, key=str(number), user_uuid="a")
    with statements() as run_statements:
        page = list_jobs(tenant=queue, limit=3)
    assert len(run_statements) == 1
    rest = list_jobs(tenant=queue, before=page[-1].id)
    assert [job.id for job in [*page, *rest]] == [job.id for job in reversed(jobs_of(queue))]


def test_a_failed_job_is_retried_with_all_its_attempts(
    queue: TenantRef, tenant_of_file: CreatedTenant
) -> None:
    before = first_name(queue, tenant_of_file.owner_uuid)
    with tenant_scope(queue):
        enqueue(add_letter, key="1", user_uuid=str(tenant_of_file.owner_uuid))
    (job,) = jobs_of(queue)
    set_status(job.id, "failed")
    answer = run("retry", str(job.id))
    assert (answer["id"], answer["state"], answer["attempts"]) == (job.id, "waiting", 0)
    work_until_empty()
    assert first_name(queue, tenant_of_file.owner_uuid) == f"{before}x"
    assert listed("--state", "done", "--tenant", queue.slug)[0]["outcome"] == f"in {queue.slug}"
    assert actions()[-1] == ("job.retry", queue.slug, job.id)


def test_a_waiting_job_is_cancelled_and_never_runs(
    queue: TenantRef, tenant_of_file: CreatedTenant
) -> None:
    before = first_name(queue, tenant_of_file.owner_uuid)
    with tenant_scope(queue):
        enqueue(add_letter, key="1", user_uuid=str(tenant_of_file.owner_uuid))
    (job,) = jobs_of(queue)
    assert run("cancel", str(job.id))["state"] == "cancelled"
    work_until_empty()
    assert first_name(queue, tenant_of_file.owner_uuid) == before
    assert actions()[-1] == ("job.cancel", queue.slug, job.id)


@pytest.mark.parametrize(
    ("status", "verb", "reason"),
    [
        ("doing", "cancel", "is running: it can't be cancelled until it has ended"),
        ("doing", "retry", "is running: it can't be retried until it has ended"),
        ("succeeded", "cancel", "is done: only a waiting job can be cancelled"),
        ("todo", "retry", "waits already: only a failed job can be retried"),
        ("failed", "cancel", "has failed: only a waiting job can be cancelled"),
    ],
)
def test_a_job_in_another_state_is_refused_with_the_reason(
    queue: TenantRef, status: str, verb: str, reason: str
) -> None:
    with tenant_scope(queue):
        enqueue(add_letter, key="1", user_uuid="a")
    (job,) = jobs_of(queue)
    set_status(job.id, status)
    known = len(actions())
    with pytest.raises(CommandError, match=f"The job {job.id} {reason}"):
        run(verb, str(job.id))
    assert (jobs_of(queue)[0].status, len(actions())) == (status, known)
    set_status(job.id, "cancelled")


def test_a_failed_job_is_not_retried_while_a_newer_one_waits(queue: TenantRef) -> None:
    with tenant_scope(queue):
        enqueue(fail, key="1", user_uuid="a")
        (job,) = jobs_of(queue)
        set_status(job.id, "failed")
        enqueue(fail, key="1", user_uuid="a")
    with pytest.raises(CommandError, match="a newer job waits that does the same"):
        run("retry", str(job.id))
    assert [one.status for one in jobs_of(queue)] == ["failed", "todo"]


def test_a_tenant_reaches_only_its_own_jobs(queue: TenantRef, created_acme: CreatedTenant) -> None:
    with tenant_scope(queue):
        enqueue(add_letter, key="1", user_uuid="a")
    (job,) = jobs_of(queue)
    assert list_jobs(tenant=created_acme.ref) == []
    for change in (retry_job, cancel_job):
        with pytest.raises(NotFound):
            change(job.id, tenant=created_acme.ref)
    with pytest.raises(CommandError, match="There is no job 999999"):
        run("cancel", "999999")
