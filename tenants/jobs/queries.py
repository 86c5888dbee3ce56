"""Read the queue, as operators see it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal, get_args

from django.db import connection

from core.errors import NotFound
from core.jobs import Task
from tenants.context import TenantRef, public_scope

JobState = Literal["waiting", "running", "failed", "done", "cancelled"]
JOB_STATES: Final[tuple[JobState, ...]] = get_args(JobState)
# What needs an operator's attention, or will be done.
OPEN_STATES: Final[tuple[JobState, ...]] = ("waiting", "running", "failed")
# procrastinate's words.
_STATE_OF: Final[Mapping[str, JobState]] = MappingProxyType(
    {
        "todo": "waiting",
        "doing": "running",
        "aborting": "running",
        "failed": "failed",
        "aborted": "failed",
        "succeeded": "done",
        "cancelled": "cancelled",
    }
)
# One page of the newest jobs. The events of a job are few, and have an index by job.
_SELECT: Final = """
    SELECT j.id, j.task_name, t.slug, j.status::text, j.attempts, r.outcome,
           CASE WHEN j.status = 'todo' THEN coalesce(j.scheduled_at, e.at) ELSE e.at END
      FROM procrastinate_jobs j
      LEFT JOIN tenants_tenant t ON t.schema_name = j.args->>'tenant'
      LEFT JOIN happo_jobs.record r ON r.job_id = j.id
      LEFT JOIN LATERAL (SELECT max(one.at) AS at FROM procrastinate_events one
                          WHERE one.job_id = j.id AND one.type <> 'scheduled') e ON true
     WHERE (%(place)s::text IS NULL OR j.args->>'tenant' = %(place)s::text)
"""
_LIST: Final = f"""{_SELECT}
       AND j.status::text = ANY (%(statuses)s::text[])
       AND (%(before)s::bigint IS NULL OR j.id < %(before)s::bigint)
     ORDER BY j.id DESC LIMIT %(limit)s
"""
# By procrastinate's two partial indexes.
_HAS_OPEN: Final = """
    SELECT EXISTS (SELECT FROM procrastinate_jobs
                    WHERE queueing_lock = %(lock)s AND status = 'todo')
        OR EXISTS (SELECT FROM procrastinate_jobs WHERE lock = %(lock)s AND status = 'doing')
"""
_ONE: Final = f"{_SELECT} AND j.id = %(id)s"


@dataclass(frozen=True, slots=True)
class ListedJob:
    """One job. `tenant`: its slug, None for a job of the installation itself or of a deleted tenant.

    `attempts`: the runs that have ended. `outcome`: what the last run recorded, which for a failed job is the reason;
    None where no run has ended. `at`: when a waiting job is due; when any other got into its state.
    """

    id: int
    task: str
    tenant: str | None
    state: JobState
    attempts: int
    outcome: str | None
    at: datetime


def list_jobs(
    *,
    states: Collection[JobState] = OPEN_STATES,
    tenant: TenantRef | None = None,
    before: int | None = None,
    limit: int = 1000,
) -> list[ListedJob]:
    """Return the newest jobs, the newest first, in one statement; those of all tenants where none is given.

    `before`: only jobs with a smaller id, for the next page.
    """
    wanted = [status for status, state in _STATE_OF.items() if state in states]
    return _read(_LIST, statuses=wanted, place=_place(tenant), before=before, limit=limit)


def has_open_job(task: Task, *, key: str, tenant: TenantRef) -> bool:
    """Return whether the tenant's job of that task and key waits, for a retry too, or runs."""
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(_HAS_OPEN, {"lock": f"{tenant.schema_name}:{task.name}:{key}"})
        return bool(cursor.fetchone()[0])


def require_job(job_id: int, *, tenant: TenantRef | None = None) -> ListedJob:
    """Return one job; raise `NotFound` where there is none, or it isn't the tenant's, if one is given."""
    found = _read(_ONE, id=job_id, place=_place(tenant))
    if not found:
        raise NotFound("job", job_id)
    return found[0]


def _place(tenant: TenantRef | None) -> str | None:
    return None if tenant is None else tenant.schema_name


def _read(statement: str, **parameters: str | int | list[str] | None) -> list[ListedJob]:
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    return [
        ListedJob(id, task, tenant, _STATE_OF[status], attempts, outcome, at)
        for id, task, tenant, status, attempts, outcome, at in rows
    ]
