"""What is in the queue, for tests to look at, and workers to empty it."""

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection

from core.accounts.models import User
from core.jobs import PERIODIC
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.jobs import worker
from tenants.jobs.worker import build_app, rescue_jobs, work
from tests.database import login_of
from tests.forking.processes import Forked


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A row of the queue, with its record."""

    id: int
    task: str
    status: str
    attempts: int
    args: dict[str, Any]  # Any: JSON
    outcome: str | None

    @property
    def arguments(self) -> dict[str, Any]:  # Any: of the task
        """Return what the task is called with, without what the queue adds for itself."""
        return {name: one for name, one in self.args["arguments"].items() if name[0] != "_"}


def jobs_of(tenant: TenantRef, *, periodic: bool = False) -> list[QueuedJob]:
    """Return the tenant's jobs, the oldest first; with `periodic` also those of periodic work.

    Any test that runs a worker may start a round of periodic work for every tenant.
    """
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, task_name, status::text, attempts, args, outcome FROM procrastinate_jobs"
            " LEFT JOIN happo_jobs.record ON job_id = id WHERE args->>'tenant' = %s ORDER BY id",
            [tenant.schema_name],
        )
        # Django hands JSON over as text.
        jobs = [QueuedJob(*row[:4], json.loads(row[4]), row[5]) for row in cursor.fetchall()]
    return [job for job in jobs if periodic or job.task not in PERIODIC]


def empty_queue() -> None:
    """Delete all jobs, those of deleted tenants too, and what is known of earlier rounds of periodic work."""
    with psycopg.connect(login_of(settings.OWNER_DATABASE), autocommit=True) as owner:
        owner.execute(
            "TRUNCATE public.procrastinate_jobs, happo_jobs.turn, happo_jobs.periodic CASCADE"
        )


def work_until_empty() -> None:
    """Do all that waits, with a worker in this process. Its threads keep no connection, as they end with it.

    A job that fails is tried again after ten minutes: on a busy machine this may take more than ten seconds.
    """
    database = settings.DATABASES["default"]
    before, database["CONN_MAX_AGE"] = database["CONN_MAX_AGE"], 0
    try:
        with patch.object(worker, "FIRST_WAIT", 600.0):
            asyncio.run(work(concurrency=2, heartbeat=1, stalled_after=60, until_empty=True))
    finally:
        database["CONN_MAX_AGE"] = before


def rescue() -> None:
    """Put back the jobs of workers that have died, as every worker does from time to time."""

    async def connect_and_rescue() -> None:
        app = build_app(connections=1)
        async with app.open_async():
            await rescue_jobs(app, stalled_after=3)

    asyncio.run(connect_and_rescue())


def first_name(tenant: TenantRef, user_uuid: UUID) -> str:
    """Return what the tests' tasks have made of the user's first name."""
    with tenant_scope(tenant):
        return User.objects.get(uuid=user_uuid).first_name


@contextmanager
def worker_process(*options: str, **environment: str) -> Iterator[Forked]:
    """Run a worker as a process of its own on the test's database; killed at the end, if it still runs."""
    process = Forked(
        [
            "-m",
            "tests.tenants.jobs.worker_process",
            "--heartbeat",
            "0.3",
            "--stalled-after",
            "1.5",
            *options,
        ],
        environment={
            **os.environ,
            "DATABASE_URL": login_of(settings.DATABASES["default"]),
            "SECRET_KEY": settings.SECRET_KEY,
            **environment,
        },
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(60)
