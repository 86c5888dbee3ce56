"""When a thing changed, told so that a client that asks for what changed `updatedAfter` a time misses nothing.

Two writers of one list take turns until they commit, and each change gets a later millisecond than all before it. So
a reader never sees a change whose time is later than that of one which is still to come, and no two changes share
the time that clients see. The lists: the positions of a tenant, the candidates of a position.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

# The schema is the tenant's: tenants don't wait for each other.
_TURN: Final = (
    "SELECT pg_advisory_xact_lock(hashtextextended('positions of ' || current_schema(), 0))"
)
# The second snapshot, taken after the turn has come, sees what the last writer committed.
_NEXT: Final = """
    SELECT greatest(date_trunc('milliseconds', clock_timestamp()),
                    date_trunc('milliseconds', max(updated_at)) + interval '1 ms')
      FROM {rows}
"""
_NEXT_POSITION: Final = _NEXT.format(rows="recruiting_position")
# The parameter is the position, whose row is locked.
NEXT_MOMENT_OF_CANDIDATES: Final = _NEXT.format(rows="recruiting_candidate WHERE position_id = %s")


def take_turn_with_positions() -> datetime:
    """Wait for other writers of positions in this tenant; return the time of this change. Before any lock of a row."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN)
        cursor.execute(_NEXT_POSITION)
        moment: datetime = cursor.fetchone()[0]
    return moment


def next_moment_of_candidates(position_id: UUID) -> datetime:
    """Return the time of a change to the position's candidates; the caller has locked the position's row."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_MOMENT_OF_CANDIDATES, [position_id])
        moment: datetime = cursor.fetchone()[0]
    return moment
