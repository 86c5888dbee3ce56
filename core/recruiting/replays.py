"""Whether a caller may still get the stored reply to an earlier write about a position.

Rights may have been lost since. That the position is gone is no loss of rights: the reply says what the caller did.
"""

from typing import Final, Literal, cast
from uuid import UUID

from core.accounts.values import Caller
from core.errors import NotFound
from core.recruiting.access import (
    ROLE_IN_POSITION,
    SEES_ARCHIVED,
    Role,
    allow_candidate_change,
    allow_change,
)
from core.sql import fetch_row

# What the write changed, which decides the roles that may do it. `membership`: the caller's own.
Written = Literal["position", "candidate", "membership"]

_ROLE: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT (SELECT access.role FROM access WHERE {SEES_ARCHIVED})
      FROM recruiting_position WHERE id = %(position)s AND deleted_at IS NULL
"""


def allow_replay(caller: Caller, position_id: UUID, *, written: Written) -> None:
    """Raise `NotFound` or `Forbidden` where the caller could not make the same write now, unless the position is gone.

    One statement.
    """
    row = fetch_row(_ROLE, {"position": position_id, "user": caller.user_uuid})
    if row is None:
        return
    if row[0] is None:
        raise NotFound("position", position_id)
    role = cast(Role, row[0])
    if written == "position":
        allow_change(role, action="update")
    elif written == "candidate":
        allow_candidate_change(role, action="update")
