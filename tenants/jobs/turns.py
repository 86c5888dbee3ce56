"""Fetching jobs such that tenants take turns: one tenant's many jobs don't keep another tenant waiting."""

from collections.abc import Iterable

from procrastinate.jobs import Job
from procrastinate.manager import JobManager

# As procrastinate's own query, through the function of `tenants.jobs.schema`.
_FETCH = """
    SELECT id, status, task_name, priority, lock, queueing_lock, args, scheduled_at, queue_name,
           attempts, worker_id
      FROM happo_jobs.fetch(%(queues)s::text[], %(worker_id)s)
"""


class TurnTakingJobs(JobManager):
    """A manager of jobs whose workers serve the tenants in turn."""

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """Mark a job as being done and return it; None if no job is due."""
        row = await self.connector.execute_query_one_async(
            _FETCH, queues=None if queues is None else list(queues), worker_id=worker_id
        )
        return Job.from_row(row) if row["id"] is not None else None
