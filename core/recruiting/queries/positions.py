"""Read positions: one statement each, which also decides what the caller may see."""

from typing import Final
from uuid import UUID

from core.accounts.values import Caller
from core.json_text import JsonText
from core.recruiting.access import ROLE_IN_POSITION, SEES_ARCHIVED, invites
from core.recruiting.queries import columns
from core.recruiting.queries.pages import (
    EARLIEST_CHANGE_FIRST,
    NEWEST_FIRST,
    PageOfJson,
    all_of,
    behind_cursor,
    document_list,
    page_columns,
    read_page,
)
from core.recruiting.queries.rows import one_json, one_row
from core.recruiting.tombstones import LOST_POSITIONS
from core.recruiting.values import PositionFilter

_POSITION_CHILDREN: Final = (
    columns.attachments_of("p", parent="position") + columns.COLLABORATORS_OF_P
)

_POSITION: Final = f"""
    SELECT {columns.POSITION} FROM recruiting_position p {_POSITION_CHILDREN} WHERE p.id = %(position)s
"""
_VIEW_POSITION: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT {columns.POSITION} FROM access JOIN recruiting_position p USING (id) {_POSITION_CHILDREN}
     WHERE p.archived_at IS NULL OR %(archived)s AND {SEES_ARCHIVED}
"""
# By two indexes, not by looking at every position of the tenant.
_LIST_POSITIONS: Final = f"""
    WITH visible AS (
        SELECT id FROM recruiting_position WHERE created_by_id = %(user)s
        UNION SELECT position_id FROM recruiting_collaborator m WHERE user_id = %(user)s AND {invites("m")})
    SELECT {document_list(columns.POSITION, order=NEWEST_FIRST, row="p")}
      FROM visible JOIN recruiting_position p USING (id) {_POSITION_CHILDREN}
     WHERE p.deleted_at IS NULL AND p.archived_at IS NULL
"""


def position_document(position_id: UUID) -> JsonText:
    """Return the position as it is now, without asking who wants to know: the answer to a write."""
    return one_json(_POSITION, {"position": position_id}, kind="position", id=position_id)


def view_position(caller: Caller, position_id: UUID, *, archived: bool = False) -> JsonText:
    """Return a position; raise `NotFound`. With `archived` creator and admins see it after it was archived too."""
    asked = {"user": caller.user_uuid, "position": position_id, "archived": archived}
    return one_json(_VIEW_POSITION, asked, kind="position", id=position_id)


def list_positions(caller: Caller) -> JsonText:
    """Return every position that the caller sees, the newest first."""
    return one_json(_LIST_POSITIONS, {"user": caller.user_uuid}, kind="position")


def page_positions(
    caller: Caller, wanted: PositionFilter, *, limit: int, cursor: str | None
) -> PageOfJson:
    """Return a page of the positions that the caller sees; raise `Invalid` for a cursor that isn't of this list."""
    order = EARLIEST_CHANGE_FIRST if wanted.updated_after else NEWEST_FIRST
    # The list is the user's own; the id tells it from those of other users and of other tenants.
    of = f"positions:{caller.user_uuid}"
    behind, place = behind_cursor(cursor, of=of, order=order, row="p")
    filters, values = all_of(
        {
            "p.status = %(status)s": wanted.status,
            "p.type = %(type)s": wanted.type,
            "strpos(lower(concat_ws(E'\\n', p.title, p.location)), lower(%(q)s)) > 0": wanted.q,
        }
    )
    changed, since = all_of({"p.updated_at > %(updated_after)s": wanted.updated_after})
    alive = "p.archived_at IS NOT NULL" if wanted.archived else "p.archived_at IS NULL"
    if wanted.include_deleted and not wanted.archived:
        alive = "true"

    def there_or_gone(gone_at: str) -> str:
        # What is gone has nothing left to filter by; a client that doesn't know its id forgets nothing.
        there = f"{gone_at} IS NULL AND {alive} AND {filters}"
        return f"({gone_at} IS NOT NULL OR {there})" if wanted.include_deleted else there

    def branch(source: str, gone_at: str, whose: str, shown: str) -> str:
        return f"""(SELECT p.id, p.{order.column}, {gone_at} AS gone_at FROM {source}
                     WHERE {whose} AND {behind} AND {changed} AND {shown}
                     ORDER BY {order.by("p")} LIMIT %(limit)s + 1)"""

    gone_at = "p.deleted_at"
    mine = branch(
        "recruiting_position p", gone_at, "p.created_by_id = %(user)s", there_or_gone(gone_at)
    )
    # To all but its owners an archived position is gone.
    gone_at = "coalesce(p.deleted_at, CASE WHEN m.type <> 'admin' THEN p.archived_at END)"
    shared = branch(
        "recruiting_collaborator m JOIN recruiting_position p ON p.id = m.position_id",
        gone_at,
        f"m.user_id = %(user)s AND {invites('m')} AND p.created_by_id <> %(user)s",
        there_or_gone(gone_at),
    )
    branches = [mine, shared]
    if wanted.include_deleted:
        whose = f"p.user_id = %(user)s AND {invites('p')}"
        branches.append(branch(LOST_POSITIONS, "p.updated_at", whose, "true"))
    statement = f"""
        WITH picked AS (
            SELECT p.*, row_number() OVER (ORDER BY {order.by("p")}) AS nth FROM ({" UNION ALL ".join(branches)}) p
             ORDER BY {order.by("p")} LIMIT %(limit)s + 1)
        SELECT {page_columns(columns.POSITION_OR_TOMBSTONE, order=order)}
          FROM picked JOIN recruiting_position p USING (id) {_POSITION_CHILDREN}"""
    asked = {"user": caller.user_uuid, "limit": limit, **place, **values, **since}
    return read_page(one_row(statement, asked) or (), of=of, order=order, limit=limit)
