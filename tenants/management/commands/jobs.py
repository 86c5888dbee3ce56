"""`manage.py jobs`: the queue of all tenants."""

from argparse import ArgumentParser, Namespace, _SubParsersAction

from tenants.jobs.queries import JOB_STATES, OPEN_STATES, ListedJob, list_jobs
from tenants.jobs.services import cancel_job, retry_job
from tenants.management.base import Json, OperatorCommand, Report, add_verb, positive, table
from tenants.registry import require_tenant

_COLUMNS = ("id", "task", "tenant", "state", "attempts", "at", "outcome")


class Command(OperatorCommand):
    help = "List the jobs that wait, run or have failed; retry or cancel one."

    def add_verbs(self, verbs: "_SubParsersAction[ArgumentParser]") -> None:
        listing = add_verb(
            verbs, "list", self.list, help="list jobs, the newest first, with tenant and reason"
        )
        listing.add_argument("--tenant", metavar="SLUG", help="only this tenant's")
        listing.add_argument(
            "--state",
            action="append",
            choices=JOB_STATES,
            help="only jobs in this state; may be repeated (waiting, running and failed)",
        )
        listing.add_argument("--limit", type=positive, default=1000, help="at most so many (1000)")
        for name, perform, what in (
            ("retry", self.retry, "run a failed job again"),
            ("cancel", self.cancel, "cancel a job that waits"),
        ):
            verb = add_verb(verbs, name, perform, help=what)
            verb.add_argument("id", type=positive, metavar="ID", help="as `jobs list` shows it")

    def list(self, given: Namespace) -> Report:
        tenant = require_tenant(given.tenant) if given.tenant else None
        states = given.state or OPEN_STATES
        jobs = list_jobs(states=states, tenant=tenant, limit=given.limit)
        lines = [table(_COLUMNS, [_format_row(job) for job in jobs]) if jobs else "No jobs."]
        if len(jobs) == given.limit:
            lines.append(f"There may be more than these {given.limit}: use --limit.")
        return Report({"jobs": [_describe(job) for job in jobs]}, "\n".join(lines))

    def retry(self, given: Namespace) -> Report:
        job = retry_job(given.id)
        return Report(_describe(job), f"Job {job.id} ({job.task}) waits for a worker.")

    def cancel(self, given: Namespace) -> Report:
        job = cancel_job(given.id)
        return Report(_describe(job), f"Job {job.id} ({job.task}) is cancelled.")


def _describe(job: ListedJob) -> dict[str, Json]:
    return {
        "id": job.id,
        "task": job.task,
        "tenant": job.tenant,
        "state": job.state,
        "attempts": job.attempts,
        "outcome": job.outcome,
        "at": job.at.isoformat().replace("+00:00", "Z"),
    }


def _format_row(job: ListedJob) -> tuple[object, ...]:
    at = job.at.strftime("%Y-%m-%d %H:%M:%S")
    return (job.id, job.task, job.tenant or "-", job.state, job.attempts, at, job.outcome or "-")
