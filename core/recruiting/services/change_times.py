"""The time of each change, such that a client that asks for what changed after a time (`updated_after`) misses nothing.

Two writers of one list wait for each other until they commit, and each change gets a later millisecond than all
changes before it. So a reader never sees a change whose time is later than that of one which is still to come, and no
two changes share the time that clients see. The lists: the positions of a tenant, the candidates of a position.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from core.recruiting.models import Candidate, Position

Row = TypeVar("Row", Candidate, Position)

# The schema is the tenant's: tenants don't wait for each other.
_LOCK: Final = (
    "SELECT pg_advisory_xact_lock(hashtextextended('positions of ' || current_schema(), 0))"
)
# A second statement, whose snapshot is taken after the lock is held: it sees what the last writer committed.
_NEXT: Final = """
    SELECT greatest(date_trunc('milliseconds', clock_timestamp()),
                    date_trunc('milliseconds', max(updated_at)) + interval '1 ms')
      FROM {rows}
"""
_NEXT_OF_POSITIONS: Final = _NEXT.format(rows="recruiting_position")
# Parameter: %(position)s, whose row is locked.
NEXT_OF_CANDIDATES: Final = _NEXT.format(
    rows="recruiting_candidate WHERE position_id = %(position)s"
)


def lock_change_clock() -> datetime:
    """Wait for the tenant's other writers of positions; return the time of this change.

    Call it before any row is locked.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_NEXT_OF_POSITIONS)
        changed_at: datetime = cursor.fetchone()[0]
    return changed_at


def next_time_of_candidates(position_id: UUID) -> datetime:
    """Return the time of a change to the position's candidates; the caller has locked the position's row."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_OF_CANDIDATES, {"position": position_id})
        changed_at: datetime = cursor.fetchone()[0]
    return changed_at


def change_columns(
    row: QuerySet[Row],
    columns: Mapping[str, Any],
    *,
    changed_at: datetime,  # Any: of each column's type
) -> bool:
    """Write the columns and the time of the change, unless the row has those values already; return whether."""
    if not columns:
        return False
    # Null-safe: Django writes `NOT (column = value AND column IS NOT NULL)` for a column that may be null.
    return row.exclude(**columns).update(updated_at=changed_at, **columns) > 0
