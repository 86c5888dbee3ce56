"""Asking for room before work is done; the database itself refuses what has no room."""

import json
from datetime import timedelta
from typing import Final

from django.db import DatabaseError, connection

from core.errors import QuotaExceeded, QuotaUsedUpForNow
from core.quotas.values import QuotaName

# SQLSTATE with which the functions of `tenants.quotas.schema` refuse; of a class that PostgreSQL doesn't use.
REFUSED: Final = "HQ001"
_ROOM: Final = """
    SELECT happo_quotas.limit_of(%(quota)s),
           coalesce((SELECT used FROM quotas_quotausage
                      WHERE quota = %(quota)s AND subject = %(subject)s), 0)
"""


def require_room(quota: QuotaName, *, wanted: int, subject: str = "") -> None:
    """Raise `QuotaExceeded` where `wanted` more is too much; for work that is expensive to do in vain.

    `subject`: as `QuotaUsage` says; for candidates their position. Another request may take the room meanwhile: what
    holds is the refusal of the database at the end.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ROOM, {"quota": quota, "subject": subject})
        limit, used = cursor.fetchone()
    if limit is not None and used + wanted > limit:
        raise QuotaExceeded(quota, limit)


def read_refusal(error: Exception) -> QuotaExceeded | None:
    """Return the refusal that an exception of Django's database layer stands for, or None for another failure."""
    cause = error.__cause__
    if not isinstance(error, DatabaseError) or getattr(cause, "sqlstate", None) != REFUSED:
        return None
    facts = json.loads(cause.diag.message_detail)  # type: ignore[union-attr]  # an error of psycopg
    if (seconds := facts["retry_after"]) is None:
        return QuotaExceeded(facts["quota"], facts["limit"])
    return QuotaUsedUpForNow(facts["quota"], facts["limit"], retry_after=timedelta(seconds=seconds))
