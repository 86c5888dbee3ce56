"""Deletes the buckets of credentials that are no longer used."""

from datetime import timedelta

from core.jobs import every, task
from core.sweeping import delete_rows

_UNUSED = "filled_at < now() - interval '1 day'"


@every(timedelta(hours=1))
@task("limits.sweep", in_transaction=False)
def sweep_buckets() -> str:
    """Delete the active tenant's buckets that were not used for a day; return their number for the job's record.

    A credential without a bucket has a full one, and after a day its bucket is full.
    """
    return f"{delete_rows('traffic_bucket', where=_UNUSED)} buckets"
