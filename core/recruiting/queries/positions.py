"""Read positions: one statement each, which also decides what the caller may see."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from core.accounts.values import Caller
from core.json_text import JsonText
from core.pages import Page
from core.recruiting.access import ROLE_IN_POSITION, SEES_IF_ARCHIVED, invites
from core.recruiting.queries import payload
from core.recruiting.queries.pages import (
    EARLIEST_CHANGE_FIRST,
    NEWEST_FIRST,
    ListOrder,
    after_cursor,
    conditions,
    fetch_page,
    page_columns,
)
from core.recruiting.shapes import PositionShape
from core.recruiting.tombstones import POSITION_TOMBSTONES
from core.recruiting.values import PositionFilter
from core.sql import Json, ListStatement, Parameters, require_json, require_list
from core.text_search import fold_text

_TEXT: Final = fold_text("concat_ws(E'\\n', p.title, p.location)")
_CONTAINS_WORDS: Final = f"strpos({_TEXT}, {fold_text('%(q)s')}) > 0"


@lru_cache
def _position(shape: PositionShape) -> str:
    return f"""
        SELECT {payload.position(shape)}
          FROM recruiting_position p {payload.position_children(shape)} WHERE p.id = %(position)s"""


@lru_cache
def _view_position(shape: PositionShape) -> str:
    return f"""
        WITH access AS ({ROLE_IN_POSITION})
        SELECT {payload.position(shape)}
          FROM access JOIN recruiting_position p USING (id) {payload.position_children(shape)}
         WHERE {SEES_IF_ARCHIVED}"""


@lru_cache
def list_statement(shape: PositionShape) -> ListStatement:
    """Return the statement of `list_positions`. Parameter: %(user)s."""
    # By two indexes, not by looking at every position of the tenant.
    return ListStatement(
        ctes=f"""WITH visible AS (
            SELECT id FROM recruiting_position WHERE created_by_id = %(user)s
            UNION SELECT position_id FROM recruiting_collaborator m
             WHERE user_id = %(user)s AND {invites("m")})""",
        rows=f"""
            SELECT p.* FROM visible JOIN recruiting_position p USING (id)
             WHERE p.deleted_at IS NULL AND p.archived_at IS NULL
             ORDER BY {NEWEST_FIRST.by("p")}""",
        row="p",
        item=payload.position(shape),
        joins=payload.position_children(shape),
        order=NEWEST_FIRST.by("p"),
    )


def position_payload(position_id: UUID, *, shape: PositionShape) -> JsonText:
    """Return the position as it is now, without checking who may see it: the answer to a write."""
    return require_json(
        _position(shape), {"position": position_id}, kind="position", id=position_id
    )


def view_position(
    caller: Caller, position_id: UUID, *, shape: PositionShape, archived: bool = False
) -> JsonText:
    """Return a position; raise `NotFound`. With `archived` its creator and admins see an archived one too."""
    parameters = {"user": caller.user_uuid, "position": position_id, "archived": archived}
    return require_json(_view_position(shape), parameters, kind="position", id=position_id)


def list_positions(caller: Caller, *, shape: PositionShape) -> Json:
    """Return every position that the caller sees, the newest first."""
    return require_list(list_statement(shape), {"user": caller.user_uuid}, kind="position")


# Any: the schema of the items, which the route declares.
def page_positions(
    caller: Caller,
    wanted: PositionFilter,
    *,
    shape: PositionShape,
    limit: int,
    cursor: str | None,
) -> Page[Any]:
    """Return a page of the positions that the caller sees; raise `Invalid` for a cursor that isn't of this list."""
    order = EARLIEST_CHANGE_FIRST if wanted.updated_after else NEWEST_FIRST
    # Each user has a separate list; the id distinguishes it from those of other users and of other tenants.
    of = f"positions:{caller.user_uuid}"
    after, last = after_cursor(cursor, of=of, order=order, row="p")
    changed, since = conditions({"p.updated_at > %(updated_after)s": wanted.updated_after})
    filters, values = _filters(wanted)
    picker = _Picker(order, f"{after} AND {changed}", filters, wanted.include_deleted)
    statement = f"""
        WITH picked AS (
            SELECT p.*, row_number() OVER (ORDER BY {order.by("p")}) AS nth
              FROM ({" UNION ALL ".join(picker.branches())}) p
             ORDER BY {order.by("p")} LIMIT %(limit)s + 1)
        SELECT {page_columns(payload.position_or_tombstone(shape), order=order)}
          FROM picked JOIN recruiting_position p USING (id) {payload.position_children(shape)}"""
    parameters = {"user": caller.user_uuid, "limit": limit, **last, **values, **since}
    page = fetch_page(statement, parameters, of=of, order=order, limit=limit)
    assert page is not None
    return page


def _filters(wanted: PositionFilter) -> tuple[str, Parameters]:
    """Return the condition for a position that is neither deleted nor lost to be listed, and its parameters."""
    filters, values = conditions(
        {
            "p.status = %(status)s": wanted.status,
            "p.type = %(type)s": wanted.type,
            _CONTAINS_WORDS: wanted.q,
        }
    )
    archived = "p.archived_at IS NOT NULL" if wanted.archived else "p.archived_at IS NULL"
    if wanted.include_deleted and not wanted.archived:
        archived = "true"
    return f"{archived} AND {filters}", values


_DELETED_AT: Final = "p.deleted_at"
# Collaborators other than admins get an archived position as a tombstone.
_GONE_AT: Final = "coalesce(p.deleted_at, CASE WHEN m.type <> 'admin' THEN p.archived_at END)"
_SHARED: Final = "recruiting_collaborator m JOIN recruiting_position p ON p.id = m.position_id"


@dataclass(frozen=True, slots=True)
class _Picker:
    """Finds the ids of a page: of the user's own positions, of those shared with the user, and tombstones."""

    order: ListOrder
    range: str
    filters: str
    include_deleted: bool

    def branches(self) -> list[str]:
        """Return one query for each source, each with at most a page of rows."""
        own = "p.created_by_id = %(user)s"
        shared = f"m.user_id = %(user)s AND {invites('m')} AND p.created_by_id <> %(user)s"
        branches = [
            self._select("recruiting_position p", _DELETED_AT, own, self._show(_DELETED_AT)),
            self._select(_SHARED, _GONE_AT, shared, self._show(_GONE_AT)),
        ]
        if self.include_deleted:
            lost = f"p.user_id = %(user)s AND {invites('p')}"
            branches.append(self._select(POSITION_TOMBSTONES, "p.updated_at", lost, "true"))
        return branches

    def _show(self, gone_at: str) -> str:
        # A tombstone passes every filter: a client that doesn't learn of it would keep the position.
        is_there = f"{gone_at} IS NULL AND {self.filters}"
        return f"({gone_at} IS NOT NULL OR {is_there})" if self.include_deleted else is_there

    def _select(self, source: str, gone_at: str, belongs: str, is_shown: str) -> str:
        return f"""(SELECT p.id, p.{self.order.column}, {gone_at} AS gone_at FROM {source}
                     WHERE {belongs} AND {self.range} AND {is_shown}
                     ORDER BY {self.order.by("p")} LIMIT %(limit)s + 1)"""
