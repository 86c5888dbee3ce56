"""Deletes the sessions that have ended."""

from datetime import timedelta

from core.jobs import every, task
from core.sweeping import delete_rows


@every(timedelta(hours=1))
@task("consolesessions.sweep", in_transaction=False)
def sweep_sessions() -> str:
    """Delete the active tenant's sessions that are over; return their number for the job's record."""
    ended = "expires_at < clock_timestamp() OR seen_at < clock_timestamp() - interval '12 hours'"
    return f"{delete_rows('consolesessions_consolesession', where=ended)} sessions"
