"""Change jobs of the queue, as operators do."""

from typing import Final

from django.db import IntegrityError, connection, transaction

from core.errors import Conflict
from tenants.audit import installation as audit
from tenants.context import TenantRef, public_scope
from tenants.jobs.queries import JobState, ListedJob, require_job

# A worker that fetches a job passes over a locked row.
_LOCK: Final = "SELECT id FROM procrastinate_jobs WHERE id = %s FOR NO KEY UPDATE"
# With all its attempts: the operator has mended what made it fail. The record of its failure stays until it is done.
_RETRY: Final = """
    UPDATE procrastinate_jobs
       SET status = 'todo', attempts = 0, scheduled_at = NULL, abort_requested = false,
           worker_id = NULL
     WHERE id = %s
"""
_CANCEL: Final = "UPDATE procrastinate_jobs SET status = 'cancelled' WHERE id = %s"


def retry_job(job_id: int, *, tenant: TenantRef | None = None) -> ListedJob:
    """Have workers run a failed job again, with as many attempts as a new one; return it.

    `tenant`: raise `NotFound` for another tenant's job. Raises `Conflict` for a job that has not failed, and where a
    newer job of the same task and key waits, which does the work.
    """
    with public_scope(), transaction.atomic():
        job = _lock_job(job_id, tenant, wanted="failed")
        try:
            with transaction.atomic():
                _execute(_RETRY, job_id)
        except IntegrityError as error:
            raise Conflict(
                f"job {job_id}", "needs no retry: a newer job waits that does the same"
            ) from error
        audit.record("job.retry", job_id, tenant=job.tenant or "", task=job.task)
        return require_job(job_id)


def cancel_job(job_id: int, *, tenant: TenantRef | None = None) -> ListedJob:
    """Cancel a job that waits; return it. `tenant`: raise `NotFound` for another tenant's job.

    Raises `Conflict` for a job in another state: a running one ends by itself.
    """
    with public_scope(), transaction.atomic():
        job = _lock_job(job_id, tenant, wanted="waiting")
        _execute(_CANCEL, job_id)
        audit.record("job.cancel", job_id, tenant=job.tenant or "", task=job.task)
        return require_job(job_id)


def _lock_job(job_id: int, tenant: TenantRef | None, *, wanted: JobState) -> ListedJob:
    _execute(_LOCK, job_id)
    job = require_job(job_id, tenant=tenant)
    if job.state != wanted:
        raise Conflict(f"job {job_id}", _explain(job.state, wanted))
    return job


def _explain(state: JobState, wanted: JobState) -> str:
    done = "cancelled" if wanted == "waiting" else "retried"
    if state == "running":
        return f"is running: it can't be {done} until it has ended"
    is_what = {"waiting": "waits already", "failed": "has failed", "done": "is done"}
    return f"{is_what.get(state, f'is {state}')}: only a {wanted} job can be {done}"


def _execute(statement: str, job_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [job_id])
