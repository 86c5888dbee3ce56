"""Deletes stored replies that are no longer given."""

from datetime import timedelta

from core.jobs import every, task
from core.sweeping import delete_rows


@every(timedelta(hours=1))
@task("idempotency.sweep", in_transaction=False)
def sweep_replies() -> str:
    """Delete the active tenant's replies of more than 24 hours ago; return their number for the job's record."""
    deleted = delete_rows("traffic_storedreply", where="created_at < now() - interval '24 hours'")
    return f"{deleted} replies"
