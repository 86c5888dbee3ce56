"""Read positions and candidates: one statement each, which also decides what the caller may see."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db import connection

from core.accounts.values import Caller
from core.errors import NotFound
from core.json_text import JsonText
from core.recruiting import documents
from core.recruiting.access import ROLE_IN_POSITION, SEES_ARCHIVED, SEES_CANDIDATE, company_domain
from core.recruiting.models import PHASE_OF
from core.recruiting.pages import (
    EARLIEST_CHANGE_FIRST,
    LATEST_MOVE_FIRST,
    NEWEST_FIRST,
    PageOfJson,
    Parameters,
    all_of,
    behind_cursor,
    document_list,
    page_columns,
    read_page,
)
from core.recruiting.values import CandidateFilter, PositionFilter

_POSITION_CHILDREN: Final = documents.attachments_of("p", parent="position") + documents.COLLABORATORS_OF_P
_CANDIDATE_CHILDREN: Final = documents.attachments_of("c", parent="candidate")

_POSITION: Final = f"""
    SELECT {documents.POSITION} FROM recruiting_position p {_POSITION_CHILDREN} WHERE p.id = %(position)s
"""
_VIEW_POSITION: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT {documents.POSITION} FROM access JOIN recruiting_position p USING (id) {_POSITION_CHILDREN}
     WHERE p.archived_at IS NULL OR %(archived)s AND {SEES_ARCHIVED}
"""
# By two indexes, not by looking at every position of the tenant.
_LIST_POSITIONS: Final = f"""
    WITH visible AS (
        SELECT id FROM recruiting_position WHERE created_by_id = %(user)s
        UNION SELECT position_id FROM recruiting_collaborator WHERE user_id = %(user)s AND status <> 'declined')
    SELECT {document_list(documents.POSITION, order=NEWEST_FIRST, row="p")}
      FROM visible JOIN recruiting_position p USING (id) {_POSITION_CHILDREN}
     WHERE p.deleted_at IS NULL AND p.archived_at IS NULL
"""
_CANDIDATES: Final = f"""
    SELECT concat('[', string_agg({documents.CANDIDATE}, ',' ORDER BY wanted.place), ']')
      FROM unnest(%(candidates)s::uuid[]) WITH ORDINALITY wanted (id, place)
      JOIN recruiting_candidate c ON c.id = wanted.id {_CANDIDATE_CHILDREN}
"""
_VIEW_CANDIDATE: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT {documents.CANDIDATE} FROM access JOIN recruiting_candidate c ON c.position_id = access.id
           {_CANDIDATE_CHILDREN}
     WHERE c.id = %(candidate)s AND c.deleted_at IS NULL AND access.archived_at IS NULL AND {SEES_CANDIDATE}
"""
# The left join gives an empty list a row: no row at all means that there is no position to see.
_LIST_CANDIDATES: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT page.list FROM access LEFT JOIN LATERAL (
        SELECT {document_list(documents.CANDIDATE_V20180701, order=NEWEST_FIRST, row="c")} AS list
          FROM recruiting_candidate c {_CANDIDATE_CHILDREN}
         WHERE c.position_id = access.id AND c.deleted_at IS NULL AND {SEES_CANDIDATE}) page ON true
     WHERE access.archived_at IS NULL
"""


def position_document(position_id: UUID) -> JsonText:
    """Return the position as it is now, without asking who wants to know: the answer to a write."""
    return _json(_one_row(_POSITION, {"position": position_id}), kind="position", id=position_id)


def view_position(caller: Caller, position_id: UUID, *, archived: bool = False) -> JsonText:
    """Return a position; raise `NotFound`. With `archived` creator and admins see it after it was archived too."""
    asked = {"user": caller.user_uuid, "position": position_id, "archived": archived}
    return _json(_one_row(_VIEW_POSITION, asked), kind="position", id=position_id)


def list_positions(caller: Caller) -> JsonText:
    """Return every position that the caller sees, the newest first."""
    return _json(_one_row(_LIST_POSITIONS, {"user": caller.user_uuid}), kind="position", id=None)


def page_positions(caller: Caller, wanted: PositionFilter, *, limit: int, cursor: str | None) -> PageOfJson:
    """Return a page of the positions that the caller sees; raise `Invalid` for a cursor that isn't of this list."""
    order = EARLIEST_CHANGE_FIRST if wanted.updated_after else NEWEST_FIRST
    behind, place = behind_cursor(cursor, of="positions", order=order, row="p")
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

    def branch(source: str, gone_at: str, whose: str) -> str:
        # What is gone has nothing left to filter by; a client that doesn't know its id forgets nothing.
        shown = f"{gone_at} IS NULL AND {alive} AND {filters}"
        if wanted.include_deleted:
            shown = f"({gone_at} IS NOT NULL OR {shown})"
        return f"""(SELECT p.id, p.{order.column}, {gone_at} AS gone_at FROM {source}
                     WHERE {whose} AND {behind} AND {changed} AND {shown}
                     ORDER BY {order.by("p")} LIMIT %(limit)s + 1)"""

    mine = branch("recruiting_position p", "p.deleted_at", "p.created_by_id = %(user)s")
    # To all but its owners an archived position is gone.
    shared = branch(
        "recruiting_collaborator m JOIN recruiting_position p ON p.id = m.position_id",
        "coalesce(p.deleted_at, CASE WHEN m.type <> 'admin' THEN p.archived_at END)",
        "m.user_id = %(user)s AND m.status <> 'declined' AND p.created_by_id <> %(user)s",
    )
    statement = f"""
        WITH picked AS (
            SELECT p.*, row_number() OVER (ORDER BY {order.by("p")}) AS nth FROM ({mine} UNION ALL {shared}) p
             ORDER BY {order.by("p")} LIMIT %(limit)s + 1)
        SELECT {page_columns(documents.POSITION_OR_TOMBSTONE, order=order)}
          FROM picked JOIN recruiting_position p USING (id) {_POSITION_CHILDREN}"""
    asked = {"user": caller.user_uuid, "limit": limit, **place, **values, **since}
    return read_page(_one_row(statement, asked) or (), of="positions", order=order, limit=limit)


def candidate_documents(candidate_ids: Sequence[UUID]) -> JsonText:
    """Return the candidates as they are now, in this order: the answer to a write."""
    return _json(_one_row(_CANDIDATES, {"candidates": list(candidate_ids)}), kind="candidate", id=None)


def candidate_document(candidate_id: UUID) -> JsonText:
    """Return one candidate as it is now: the answer to a write."""
    return JsonText(candidate_documents([candidate_id])[1:-1])


def view_candidate(caller: Caller, position_id: UUID, candidate_id: UUID) -> JsonText:
    """Return a candidate of that position; raise `NotFound`."""
    asked = _about_candidates(caller, position_id) | {"candidate": candidate_id}
    return _json(_one_row(_VIEW_CANDIDATE, asked), kind="candidate", id=candidate_id)


def list_candidates(caller: Caller, position_id: UUID) -> JsonText:
    """Return every candidate of the position that the caller sees, the newest first, as v20180701 knows them."""
    row = _one_row(_LIST_CANDIDATES, _about_candidates(caller, position_id))
    return _json(row, kind="position", id=position_id)


def page_candidates(
    caller: Caller, position_id: UUID, wanted: CandidateFilter, *, limit: int, cursor: str | None
) -> PageOfJson:
    """Return a page of the position's candidates that the caller sees; raise `NotFound`, `Invalid` for the cursor."""
    order = EARLIEST_CHANGE_FIRST if wanted.updated_after else NEWEST_FIRST
    of = f"candidates:{position_id}"
    behind, place = behind_cursor(cursor, of=of, order=order, row="c")
    stacks = [stack for stack, phase in PHASE_OF.items() if phase == wanted.phase]
    filters, values = all_of(
        {
            "c.stack = %(stack)s": wanted.stack,
            "c.stack = ANY(%(stacks)s)": stacks if wanted.phase else None,
            "lower(c.email) = lower(%(email)s)": wanted.email,
            "strpos(lower(concat_ws(E'\\n', c.name, c.email)), lower(%(q)s)) > 0": wanted.q,
            "(c.rejected_at IS NOT NULL) = %(rejected)s": wanted.rejected,
        }
    )
    changed, since = all_of({"c.updated_at > %(updated_after)s": wanted.updated_after})
    shown = f"c.deleted_at IS NULL AND {filters}"
    if wanted.include_deleted:
        shown = f"(c.deleted_at IS NOT NULL OR {shown})"
    statement = f"""
        WITH access AS ({ROLE_IN_POSITION})
        SELECT page.* FROM access LEFT JOIN LATERAL (
            SELECT {page_columns(documents.CANDIDATE_OR_TOMBSTONE, order=order)}
              FROM (SELECT found.*, row_number() OVER (ORDER BY {order.by("found")}) AS nth
                      FROM (SELECT c.id, c.{order.column} FROM recruiting_candidate c
                             WHERE c.position_id = access.id AND {behind} AND {changed} AND {shown} AND {SEES_CANDIDATE}
                             ORDER BY {order.by("c")} LIMIT %(limit)s + 1) found) picked
              JOIN recruiting_candidate c USING (id) {_CANDIDATE_CHILDREN}) page ON true
         WHERE access.archived_at IS NULL"""
    asked = _about_candidates(caller, position_id) | {"limit": limit, **place, **values, **since}
    row = _one_row(statement, asked)
    if row is None:
        raise NotFound("position", position_id)
    return read_page(row, of=of, order=order, limit=limit)


def page_history(
    caller: Caller, position_id: UUID, candidate_id: UUID, *, limit: int, cursor: str | None
) -> PageOfJson:
    """Return a page of the candidate's moves, the latest first; raise `NotFound`, `Invalid` for the cursor."""
    of, order = f"history:{candidate_id}", LATEST_MOVE_FIRST
    behind, place = behind_cursor(cursor, of=of, order=order, row="m")
    statement = f"""
        WITH access AS ({ROLE_IN_POSITION})
        SELECT page.* FROM access JOIN recruiting_candidate c ON c.position_id = access.id
          LEFT JOIN LATERAL (
            SELECT {page_columns(documents.MOVE.replace("m.", "picked."), order=order)}
              FROM (SELECT m.*, row_number() OVER (ORDER BY {order.by("m")}) AS nth
                      FROM recruiting_candidatemove m WHERE m.candidate_id = c.id AND {behind}
                     ORDER BY {order.by("m")} LIMIT %(limit)s + 1) picked) page ON true
         WHERE c.id = %(candidate)s AND c.deleted_at IS NULL AND access.archived_at IS NULL AND {SEES_CANDIDATE}"""
    asked = _about_candidates(caller, position_id) | {"candidate": candidate_id, "limit": limit, **place}
    row = _one_row(statement, asked)
    if row is None:
        raise NotFound("candidate", candidate_id)
    return read_page(row, of=of, order=order, limit=limit)


def _about_candidates(caller: Caller, position_id: UUID) -> Parameters:
    return {"user": caller.user_uuid, "position": position_id, "domain": company_domain(caller)}


def _one_row(
    statement: str, parameters: Parameters
) -> tuple[Any, ...] | None:  # Any: as the driver gives them
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def _json(row: tuple[Any, ...] | None, *, kind: str, id: UUID | None) -> JsonText:
    if row is None:
        raise NotFound(kind, id)
    return JsonText(row[0].encode())
