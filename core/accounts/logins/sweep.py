"""Deletes counters of attempts to log in or to register that no longer count."""

from datetime import timedelta

from core.jobs import every, task
from core.sweeping import delete_rows


@every(timedelta(hours=1))
@task("logins.sweep", in_transaction=False)
def sweep_counters() -> str:
    """Delete the active tenant's counters whose attempts are all too old; return their number for the job's record."""
    return f"{delete_rows('logins_failedlogins', where='expires_at < clock_timestamp()')} counters"
