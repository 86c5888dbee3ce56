"""Deletes the sessions of operators that have ended."""

from datetime import timedelta

from core.jobs import every, task
from core.sweeping import delete_rows


@every(timedelta(hours=1), place="installation")
@task("operators.sweep_sessions", in_transaction=False)
def sweep_sessions() -> str:
    """Delete the operators' expired sessions; return their number for the job's record."""
    return f"{delete_rows('public.django_session', where='expire_date < now()')} sessions"
