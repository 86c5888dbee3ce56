"""Read candidates and their history: one statement each, which also decides what the caller may see."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from core.accounts.values import Caller
from core.errors import NotFound
from core.json_text import JsonText
from core.recruiting.access import ROLE_IN_POSITION, SEES_CANDIDATE, company_domain
from core.recruiting.models import PHASE_OF
from core.recruiting.queries import columns
from core.recruiting.queries.pages import (
    EARLIEST_CHANGE_FIRST,
    LATEST_MOVE_FIRST,
    NEWEST_FIRST,
    PageOfJson,
    all_of,
    behind_cursor,
    document_list,
    page_columns,
    read_page,
)
from core.recruiting.queries.rows import Parameters, one_json, one_row
from core.recruiting.values import CandidateFilter

_CANDIDATE_CHILDREN: Final = columns.attachments_of("c", parent="candidate")

_CANDIDATES: Final = f"""
    SELECT concat('[', string_agg({columns.CANDIDATE}, ',' ORDER BY wanted.place), ']')
      FROM unnest(%(candidates)s::uuid[]) WITH ORDINALITY wanted (id, place)
      JOIN recruiting_candidate c ON c.id = wanted.id {_CANDIDATE_CHILDREN}
"""
_VIEW_CANDIDATE: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT {columns.CANDIDATE} FROM access JOIN recruiting_candidate c ON c.position_id = access.id
           {_CANDIDATE_CHILDREN}
     WHERE c.id = %(candidate)s AND c.deleted_at IS NULL AND access.archived_at IS NULL AND {SEES_CANDIDATE}
"""
# The left join gives an empty list a row: no row at all means that there is no position to see.
_LIST_CANDIDATES: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT page.list FROM access LEFT JOIN LATERAL (
        SELECT {document_list(columns.CANDIDATE_V20180701, order=NEWEST_FIRST, row="c")} AS list
          FROM recruiting_candidate c {_CANDIDATE_CHILDREN}
         WHERE c.position_id = access.id AND c.deleted_at IS NULL AND {SEES_CANDIDATE}) page ON true
     WHERE access.archived_at IS NULL
"""


def candidate_documents(candidate_ids: Sequence[UUID]) -> JsonText:
    """Return the candidates as they are now, in this order: the answer to a write."""
    return one_json(_CANDIDATES, {"candidates": list(candidate_ids)}, kind="candidate")


def candidate_document(candidate_id: UUID) -> JsonText:
    """Return one candidate as it is now: the answer to a write."""
    return JsonText(candidate_documents([candidate_id])[1:-1])


def view_candidate(caller: Caller, position_id: UUID, candidate_id: UUID) -> JsonText:
    """Return a candidate of that position; raise `NotFound`."""
    asked = _about_candidates(caller, position_id) | {"candidate": candidate_id}
    return one_json(_VIEW_CANDIDATE, asked, kind="candidate", id=candidate_id)


def list_candidates(caller: Caller, position_id: UUID) -> JsonText:
    """Return every candidate of the position that the caller sees, the newest first, as v20180701 knows them."""
    asked = _about_candidates(caller, position_id)
    return one_json(_LIST_CANDIDATES, asked, kind="position", id=position_id)


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
            SELECT {page_columns(columns.CANDIDATE_OR_TOMBSTONE, order=order)}
              FROM (SELECT found.*, row_number() OVER (ORDER BY {order.by("found")}) AS nth
                      FROM (SELECT c.id, c.{order.column} FROM recruiting_candidate c
                             WHERE c.position_id = access.id AND {behind} AND {changed} AND {shown} AND {SEES_CANDIDATE}
                             ORDER BY {order.by("c")} LIMIT %(limit)s + 1) found) picked
              JOIN recruiting_candidate c USING (id) {_CANDIDATE_CHILDREN}) page ON true
         WHERE access.archived_at IS NULL"""
    asked = _about_candidates(caller, position_id) | {"limit": limit, **place, **values, **since}
    row = one_row(statement, asked)
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
            SELECT {page_columns(columns.MOVE.replace("m.", "picked."), order=order)}
              FROM (SELECT m.*, row_number() OVER (ORDER BY {order.by("m")}) AS nth
                      FROM recruiting_candidatemove m WHERE m.candidate_id = c.id AND {behind}
                     ORDER BY {order.by("m")} LIMIT %(limit)s + 1) picked) page ON true
         WHERE c.id = %(candidate)s AND c.deleted_at IS NULL AND access.archived_at IS NULL AND {SEES_CANDIDATE}"""
    asked = _about_candidates(caller, position_id) | {
        "candidate": candidate_id,
        "limit": limit,
        **place,
    }
    row = one_row(statement, asked)
    if row is None:
        raise NotFound("candidate", candidate_id)
    return read_page(row, of=of, order=order, limit=limit)


def _about_candidates(caller: Caller, position_id: UUID) -> Parameters:
    return {"user": caller.user_uuid, "position": position_id, "domain": company_domain(caller)}
