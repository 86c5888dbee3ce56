"""The pipeline of a position, for its page in the console: candidates by where they are, and one candidate's card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast, get_args
from uuid import UUID

from django.db import connection

from core.accounts.values import Caller
from core.cursors import SortKey
from core.errors import NotFound
from core.recruiting.access import (
    ROLE_IN_POSITION,
    SEES_ARCHIVED,
    SEES_CANDIDATE,
    Role,
    colleague_parameters,
)
from core.recruiting.models import Attachment, Candidate, CandidateMove
from core.recruiting.queries.pages import NEWEST_FIRST, after_cursor, cursor_after
from core.recruiting.vocabulary import REJECTED, Rejected, Stack
from core.sql import Parameters, Row, fetch_row

# Where a candidate is, as its history calls it: on a stack, or rejected, which hides the stack.
Place = Stack | Rejected
PLACES: Final[tuple[Place, ...]] = (*get_args(Stack), REJECTED)
COLUMN_CARDS: Final = 50
HISTORY_MOVES: Final = 100

_POSITION: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT p.title, p.status, access.archived_at, access.role
      FROM access JOIN recruiting_position p USING (id) WHERE {SEES_ARCHIVED}"""
_PLACE: Final = f"CASE WHEN c.rejected_at IS NULL THEN c.stack ELSE '{REJECTED}' END AS place"
_SEEN: Final = f"""
    WITH access AS ({ROLE_IN_POSITION}), seen AS MATERIALIZED (
        SELECT c.id, c.name, c.created_at, {_PLACE}
          FROM access JOIN recruiting_candidate c ON c.position_id = access.id
         WHERE c.deleted_at IS NULL AND {SEES_ARCHIVED} AND {SEES_CANDIDATE})"""
_SEES_ONE: Final = f"{_SEEN} SELECT seen.place FROM seen WHERE seen.id = %(candidate)s"


@dataclass(frozen=True, slots=True)
class PipelinePosition:
    """A position as the caller sees it. `may_change`: the caller may move candidates of it now."""

    id: UUID
    title: str
    status: str
    is_archived: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class NamedCandidate:
    """A candidate in a column."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class PipelineColumn:
    """A part of the candidates in one place, the newest first.

    `total`: how many there are in this place. `next_cursor`: where the next part begins, None for the last one.
    """

    place: Place
    total: int = 0
    candidates: Sequence[NamedCandidate] = ()
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class CandidateCard:
    """All that the caller sees of a candidate; of its history the latest `HISTORY_MOVES`."""

    position: PipelinePosition
    candidate: Candidate
    place: Place
    attachments: Sequence[Attachment]
    moves: Sequence[CandidateMove]


def view_pipeline_position(caller: Caller, position_id: UUID) -> PipelinePosition:
    """Return a position, which its creator and admins see when it is archived too; raise `NotFound`."""
    row = fetch_row(_POSITION, {"position": position_id, "user": caller.user_uuid})
    if row is None:
        raise NotFound("position", position_id)
    title, status, archived_at, role = row
    may_change = archived_at is None and cast(Role, role) != "client"
    return PipelinePosition(position_id, title, status, archived_at is not None, may_change)


def list_columns(
    caller: Caller, position_id: UUID, *, place: Place | None = None, cursor: str | None = None
) -> list[PipelineColumn]:
    """Return the columns in order, each with `COLUMN_CARDS` candidates that the caller sees: one statement.

    The column of `place` begins after `cursor`. Raises `Invalid` for a cursor that isn't of that column.
    """
    after, last = after_cursor(
        cursor, of=_name_column(position_id, place), order=NEWEST_FIRST, row="seen"
    )
    statement = f"""
        {_SEEN}
        SELECT totals.place, totals.total, shown.id, shown.name, shown.created_at
          FROM (SELECT place, count(*) AS total FROM seen GROUP BY place) totals
          LEFT JOIN (
            SELECT seen.*, row_number() OVER (PARTITION BY place ORDER BY {NEWEST_FIRST.by("seen")})
                AS nth
              FROM seen WHERE place IS DISTINCT FROM %(place)s OR {after}) shown
            ON shown.place = totals.place AND shown.nth <= {COLUMN_CARDS} + 1
         ORDER BY totals.place, shown.nth"""
    parameters = {**_scope(caller, position_id), "place": place, **last}
    with connection.cursor() as executed:
        executed.execute(statement, parameters)
        rows = executed.fetchall()
    by_place: dict[str, list[Row]] = {}
    for row in rows:
        by_place.setdefault(row[0], []).append(row)
    return [_make_column(position_id, one, by_place) for one in PLACES]


def view_card(caller: Caller, position_id: UUID, candidate_id: UUID) -> CandidateCard:
    """Return the card of a candidate of that position; raise `NotFound`."""
    position = view_pipeline_position(caller, position_id)
    row = fetch_row(_SEES_ONE, {**_scope(caller, position_id), "candidate": candidate_id})
    candidate = Candidate.objects.filter(id=candidate_id, deleted_at=None).first()
    if row is None or candidate is None:
        raise NotFound("candidate", candidate_id)
    attachments = Attachment.objects.filter(candidate_id=candidate_id).order_by("ordinal", "id")
    moves = CandidateMove.objects.filter(candidate_id=candidate_id).select_related("actor")
    latest = moves.order_by("-moved_at", "-id")[:HISTORY_MOVES]
    return CandidateCard(position, candidate, cast(Place, row[0]), list(attachments), list(latest))


def _make_column(
    position_id: UUID, place: Place, by_place: Mapping[str, Sequence[Row]]
) -> PipelineColumn:
    rows = by_place.get(place, ())
    if not rows:
        return PipelineColumn(place)
    # A place whose candidates all come before the cursor has one row without a candidate.
    found = [row for row in rows if row[2] is not None]
    shown = found[:COLUMN_CARDS]
    next_cursor = None
    if len(found) > len(shown):
        last = SortKey(shown[-1][4], shown[-1][2])
        next_cursor = cursor_after(last, of=_name_column(position_id, place), order=NEWEST_FIRST)
    candidates = [NamedCandidate(row[2], row[3] or "") for row in shown]
    return PipelineColumn(place, rows[0][1], candidates, next_cursor)


def _name_column(position_id: UUID, place: Place | None) -> str:
    return f"pipeline:{position_id}:{place}"


def _scope(caller: Caller, position_id: UUID) -> Parameters:
    return {**colleague_parameters(caller), "position": position_id}
