"""Tenants' jobs, over procrastinate: adding them to the queue, and running one in a worker."""

import json
import logging
from collections.abc import Mapping
from time import perf_counter

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction

from core.audit import Actor, acting_as
from core.errors import SchemaOutdated
from core.jobs import Argument, GiveUp, Task
from core.quotas.queries import read_refusal
from core.trace import Trace, begin_trace, current_trace, end_trace, note_tenant
from tenants.context import current_tenant, public_scope, tenant_scope
from tenants.registry import tenant_by_schema

log = logging.getLogger("happo.jobs")

_ENQUEUE = "SELECT happo_jobs.enqueue(%s, %s, %s::jsonb)"
_ENQUEUE_ALL = "SELECT happo_jobs.enqueue_all(%s, %s::jsonb)"
_RECORD = """
    INSERT INTO happo_jobs.record (job_id, done, outcome) VALUES (%s, %s, %s)
    ON CONFLICT (job_id) DO UPDATE SET done = excluded.done, outcome = excluded.outcome,
      at = clock_timestamp()
"""
# Two workers have the same job when the first one was taken for dead: the second waits, and finds it done.
_LOCK_JOB = "SELECT pg_advisory_xact_lock(%s, %s)"
_LOCK_FAMILY = 0x68706A
_IS_DONE = "SELECT done FROM happo_jobs.record WHERE job_id = %s"
DONE = "done"
# Beside the arguments of a job: the id of the request that enqueued it.
REQUEST_ID = "_request_id"


class TenantDeleting(Exception):
    """The tenant has been deleted, or is to be, since its job was fetched."""


class TenantQueue:
    """Implements `core.jobs.Queue`, in the caller's transaction."""

    def put(self, task: Task, *, key: str, arguments: Mapping[str, Argument]) -> bool:
        current_tenant()
        trace = current_trace()
        traced = {REQUEST_ID: trace.request_id} if trace is not None else {}
        with connection.cursor() as cursor:
            try:
                cursor.execute(_ENQUEUE, [task.name, key, json.dumps({**arguments, **traced})])
            except DatabaseError as error:
                if (refusal := read_refusal(error)) is not None:
                    raise refusal from error
                raise
            return cursor.fetchone()[0] is not None

    def put_all(self, task: Task, jobs: Mapping[str, Mapping[str, Argument]]) -> int:
        current_tenant()
        with connection.cursor() as cursor:
            listed = [{"key": key, "arguments": one} for key, one in jobs.items()]
            cursor.execute(_ENQUEUE_ALL, [task.name, json.dumps(listed)])
            return int(cursor.fetchone()[0])

    def has_to_stop(self) -> bool:
        tenant = tenant_by_schema(current_tenant().schema_name)
        return tenant is None or tenant.status != "active"


def run_job(
    task: Task, *, job_id: int, schema_name: str, arguments: Mapping[str, Argument]
) -> None:
    """Run one job of the tenant with that schema, in its scope, and record the outcome.

    A job of the installation has the schema `public` and runs outside of tenants.

    Raises what the task raised: the worker decides whether to try again. A job of a deleted tenant does nothing.
    """
    arguments = dict(arguments)
    # The request that enqueued the job; a job outside of requests is its own.
    trace, token = begin_trace(str(arguments.pop(REQUEST_ID, None) or f"job-{job_id}"))
    started = perf_counter()
    outcome = "done"
    try:
        with acting_as(Actor("job", task.name)):
            _run_and_record(task, job_id=job_id, schema_name=schema_name, arguments=arguments)
    except BaseException as error:
        outcome = "given up" if isinstance(error, GiveUp) else "failed"
        raise
    finally:
        _log_outcome(trace, task, job_id, outcome=outcome, seconds=perf_counter() - started)
        end_trace(token)


def _log_outcome(trace: Trace, task: Task, job_id: int, *, outcome: str, seconds: float) -> None:
    facts = {
        "job_id": job_id,
        "task": task.name,
        "ms": round(seconds * 1000, 1),
        "database_ms": round(trace.database_seconds * 1000, 1),
        "backend_pid": trace.backend_pid,
    }
    # The stack of what a job raised; its arguments and the text of the error stay out.
    log.log(
        logging.ERROR if outcome == "failed" else logging.INFO,
        "A job is %s",
        outcome,
        exc_info=outcome == "failed",
        extra=facts,
    )


def _run_and_record(
    task: Task, *, job_id: int, schema_name: str, arguments: Mapping[str, Argument]
) -> None:
    close_old_connections()
    try:
        with public_scope():
            if task.in_transaction:
                _run_once(task, job_id, schema_name, arguments)
            elif not _is_done(job_id):
                _record(job_id, done=True, outcome=_run(task, schema_name, arguments))
    except GiveUp as error:
        log.warning("Job %s (%s) can't be done: %s", job_id, task.name, error.reason)
        _record(job_id, done=False, outcome=error.reason)
        raise
    except Exception as error:
        # Only the type: the text of an exception may hold personal data.
        _record(job_id, done=False, outcome=type(error).__name__)
        raise
    finally:
        close_old_connections()


def _run_once(task: Task, job_id: int, schema_name: str, arguments: Mapping[str, Argument]) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK_JOB, [_LOCK_FAMILY, job_id % 2**31])
        if not _is_done(job_id):
            _record(job_id, done=True, outcome=_run(task, schema_name, arguments))


def _run(task: Task, schema_name: str, arguments: Mapping[str, Argument]) -> str:
    if schema_name == settings.PUBLIC_SCHEMA_NAME:
        return task.run(**arguments) or DONE
    tenant = tenant_by_schema(schema_name)
    if tenant is None:
        return "the tenant is gone"
    # Raised, so that the job is tried again later: the deletion may be undone.
    if tenant.status == "deleting":
        raise TenantDeleting
    if tenant.is_outdated:
        raise SchemaOutdated
    if tenant.status == "suspended" and not task.while_suspended:
        return "the tenant is suspended"
    note_tenant(tenant.slug)
    with tenant_scope(tenant):
        return task.run(**arguments) or DONE


def _is_done(job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_IS_DONE, [job_id])
        row = cursor.fetchone()
    return row is not None and row[0]


def _record(job_id: int, *, done: bool, outcome: str) -> None:
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(_RECORD, [job_id, done, outcome[:1000]])
