"""Read candidates and their history: one statement each, which also decides what the caller may see."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from core.accounts.addresses import list_written_forms
from core.accounts.values import Caller
from core.errors import NotFound
from core.json_text import JsonText
from core.pages import Page
from core.recruiting.access import (
    ROLE_IN_POSITION,
    SEES_ARCHIVED,
    SEES_CANDIDATE,
    SEES_IF_ARCHIVED,
    colleague_parameters,
)
from core.recruiting.queries import payload
from core.recruiting.queries.pages import (
    EARLIEST_CHANGE_FIRST,
    LATEST_MOVE_FIRST,
    NEWEST_FIRST,
    after_cursor,
    conditions,
    fetch_page,
    page_columns,
)
from core.recruiting.queries.payload import CANDIDATE_CHILDREN
from core.recruiting.shapes import CandidateShape, MoveShape
from core.recruiting.values import CandidateFilter
from core.recruiting.vocabulary import PHASE_OF
from core.sql import Json, ListStatement, Parameters, require_json, require_list
from core.text_search import fold_text, lower_text

_TEXT: Final = fold_text("concat_ws(E'\\n', c.name, c.email)")
_CONTAINS_WORDS: Final = f"strpos({_TEXT}, {fold_text('%(q)s')}) > 0"


@lru_cache
def _candidates(shape: CandidateShape) -> str:
    return f"""
        SELECT concat('[', string_agg({payload.candidate(shape)}, ',' ORDER BY wanted.nth), ']')
          FROM unnest(%(candidates)s::uuid[]) WITH ORDINALITY wanted (id, nth)
          JOIN recruiting_candidate c ON c.id = wanted.id {CANDIDATE_CHILDREN}"""


@lru_cache
def _view_candidate(shape: CandidateShape) -> str:
    return f"""
        WITH access AS ({ROLE_IN_POSITION})
        SELECT {payload.candidate(shape)} FROM access JOIN recruiting_candidate c
          ON c.position_id = access.id
               {CANDIDATE_CHILDREN}
         WHERE c.id = %(candidate)s AND c.deleted_at IS NULL AND {SEES_IF_ARCHIVED}
           AND {SEES_CANDIDATE}"""


@lru_cache
def _list_candidates(shape: CandidateShape) -> ListStatement:
    return ListStatement(
        ctes=f"WITH access AS ({ROLE_IN_POSITION})",
        owner="access",
        condition="access.archived_at IS NULL",
        rows=f"""
            SELECT c.* FROM recruiting_candidate c
             WHERE c.position_id = access.id AND c.deleted_at IS NULL AND {SEES_CANDIDATE}
             ORDER BY {NEWEST_FIRST.by("c")}""",
        row="c",
        item=payload.candidate(shape),
        joins=CANDIDATE_CHILDREN,
        order=NEWEST_FIRST.by("c"),
    )


def candidate_payloads(candidate_ids: Sequence[UUID], *, shape: CandidateShape) -> JsonText:
    """Return the candidates as they are now, in this order: the answer to a write."""
    return require_json(_candidates(shape), {"candidates": list(candidate_ids)}, kind="candidate")


def candidate_payload(candidate_id: UUID, *, shape: CandidateShape) -> JsonText:
    """Return one candidate as it is now: the answer to a write."""
    return JsonText(candidate_payloads([candidate_id], shape=shape)[1:-1])


def view_candidate(
    caller: Caller,
    position_id: UUID,
    candidate_id: UUID,
    *,
    shape: CandidateShape,
    archived: bool = False,
) -> JsonText:
    """Return a candidate of that position; raise `NotFound`. `archived`: its creator and admins see an archived one."""
    scope = _scope(caller, position_id)
    parameters = scope | {"candidate": candidate_id, "archived": archived}
    return require_json(_view_candidate(shape), parameters, kind="candidate", id=candidate_id)


def list_candidates(caller: Caller, position_id: UUID, *, shape: CandidateShape) -> Json:
    """Return every candidate of the position that the caller sees, the newest first; raise `NotFound`."""
    return require_list(
        _list_candidates(shape), _scope(caller, position_id), kind="position", id=position_id
    )


# Any: the schema of the items, which the route declares.
def page_candidates(
    caller: Caller,
    position_id: UUID,
    wanted: CandidateFilter,
    *,
    shape: CandidateShape,
    limit: int,
    cursor: str | None,
) -> Page[Any]:
    """Return a page of the position's candidates that the caller sees; raise `NotFound`, `Invalid` for the cursor."""
    order = EARLIEST_CHANGE_FIRST if wanted.updated_after else NEWEST_FIRST
    of = f"candidates:{position_id}"
    after, last = after_cursor(cursor, of=of, order=order, row="c")
    changed, since = conditions({"c.updated_at > %(updated_after)s": wanted.updated_after})
    is_shown, values = _filters(wanted)
    statement = f"""
        WITH access AS ({ROLE_IN_POSITION})
        SELECT page.* FROM access LEFT JOIN LATERAL (
            SELECT {page_columns(payload.candidate_or_tombstone(shape), order=order)}
              FROM (SELECT found.*, row_number() OVER (ORDER BY {order.by("found")}) AS nth
                      FROM (SELECT c.id, c.{order.column} FROM recruiting_candidate c
                             WHERE c.position_id = access.id AND {after} AND {changed}
                               AND {is_shown}
                                   AND {SEES_CANDIDATE}
                             ORDER BY {order.by("c")} LIMIT %(limit)s + 1) found) picked
              JOIN recruiting_candidate c USING (id) {CANDIDATE_CHILDREN}) page ON true
         WHERE {SEES_ARCHIVED}"""
    parameters = _scope(caller, position_id) | {"limit": limit, **last, **values, **since}
    page = fetch_page(statement, parameters, of=of, order=order, limit=limit)
    if page is None:
        raise NotFound("position", position_id)
    return page


def _filters(wanted: CandidateFilter) -> tuple[str, Parameters]:
    """Return the condition for a candidate to be listed, and its parameters."""
    stacks = [stack for stack, phase in PHASE_OF.items() if phase == wanted.phase]
    filters, values = conditions(
        {
            "c.stack = %(stack)s": wanted.stack,
            "c.stack = ANY(%(stacks)s)": stacks if wanted.phase else None,
            f"{lower_text('c.email')} = ANY(%(email)s)": (
                None if wanted.email is None else list_written_forms(wanted.email)
            ),
            _CONTAINS_WORDS: wanted.q,
            "(c.rejected_at IS NOT NULL) = %(rejected)s": wanted.rejected,
        }
    )
    is_shown = f"c.deleted_at IS NULL AND {filters}"
    if wanted.include_deleted:
        is_shown = f"(c.deleted_at IS NOT NULL OR {is_shown})"
    return is_shown, values


# Any: the schema of the items, which the route declares.
def page_history(
    caller: Caller,
    position_id: UUID,
    candidate_id: UUID,
    *,
    shape: MoveShape,
    limit: int,
    cursor: str | None,
) -> Page[Any]:
    """Return a page of the candidate's moves, the latest first; raise `NotFound`, `Invalid` for the cursor."""
    of, order = f"history:{candidate_id}", LATEST_MOVE_FIRST
    after, last = after_cursor(cursor, of=of, order=order, row="m")
    statement = f"""
        WITH access AS ({ROLE_IN_POSITION})
        SELECT page.* FROM access JOIN recruiting_candidate c ON c.position_id = access.id
          LEFT JOIN LATERAL (
            SELECT {page_columns(payload.move(shape, row="picked"), order=order)}
              FROM (SELECT m.*, row_number() OVER (ORDER BY {order.by("m")}) AS nth
                      FROM recruiting_candidatemove m WHERE m.candidate_id = c.id AND {after}
                     ORDER BY {order.by("m")} LIMIT %(limit)s + 1) picked) page ON true
         WHERE c.id = %(candidate)s AND c.deleted_at IS NULL AND {SEES_ARCHIVED}
           AND {SEES_CANDIDATE}"""
    parameters = _scope(caller, position_id) | {"candidate": candidate_id, "limit": limit, **last}
    page = fetch_page(statement, parameters, of=of, order=order, limit=limit)
    if page is None:
        raise NotFound("candidate", candidate_id)
    return page


def _scope(caller: Caller, position_id: UUID) -> Parameters:
    """Return the parameters that decide which candidates the caller sees."""
    return {**colleague_parameters(caller), "position": position_id}
