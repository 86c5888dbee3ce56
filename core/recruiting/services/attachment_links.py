"""Which object an attachment belongs to.

Happo: "Uploading Attachment": an upload belongs to nobody until a position or a candidate names its id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from core.accounts.values import Caller
from core.errors import Invalid, Problem
from core.recruiting.models import Candidate, Position

MAX_ATTACHMENTS: Final = 50

# In the order of the ids, so that two requests that want the same files wait for each other and never in a circle.
_LOCK = """
    SELECT id, position_id, candidate_id, unlinked_from_id, ordinal, created_by_id FROM recruiting_attachment
     WHERE id = ANY(%(ids)s) OR position_id = ANY(%(positions)s) OR candidate_id = ANY(%(candidates)s)
     ORDER BY id FOR UPDATE
"""
_PLACE = """
    UPDATE recruiting_attachment AS attachment
       SET position_id = place.position_id, candidate_id = place.candidate_id,
           unlinked_from_id = place.unlinked_from_id, ordinal = place.ordinal
      FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::smallint[])
           AS place (id, position_id, candidate_id, unlinked_from_id, ordinal)
     WHERE attachment.id = place.id
"""


@dataclass(frozen=True, slots=True)
class WantedAttachments:
    """The whole list of attachments that one object shall have, in order.

    `field` is where the client wrote the list: `attachmentIds`, `candidates[3].attachmentIds`.
    """

    parent: Position | Candidate
    ids: Sequence[UUID]
    field: str = "attachmentIds"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an attachment is, or shall be: on one of the two parents, or free, and maybe on a candidate before."""

    position_id: UUID | None = None
    candidate_id: UUID | None = None
    unlinked_from_id: UUID | None = None
    ordinal: int = 0

    def is_on(self, parent: Position | Candidate) -> bool:
        return parent.pk == (
            self.position_id if isinstance(parent, Position) else self.candidate_id
        )

    @property
    def is_free(self) -> bool:
        return self.position_id is None and self.candidate_id is None

    def freed(self) -> "_Place":
        # Whoever deletes the candidate later deletes this file too; with the next link it is another object's affair.
        return _Place(unlinked_from_id=self.candidate_id)


@dataclass(frozen=True, slots=True)
class _Locked:
    place: _Place
    created_by: UUID


def link_attachments(
    caller: Caller,
    *,
    parent: Position | Candidate,
    ids: Sequence[UUID],
    field: str = "attachmentIds",
) -> None:
    """Make `ids`, in this order, the attachments of `parent`; those it had and that are left out become free.

    As `link_attachments_of_many`, for one object.
    """
    link_attachments_of_many(caller, [WantedAttachments(parent, ids, field)])


def link_attachments_of_many(caller: Caller, wanted: Sequence[WantedAttachments]) -> None:
    """Give each object the attachments it wants, in at most two statements whatever the number of objects and ids.

    Call it inside the transaction that writes the objects, after their rows are there; a row that was there before
    has to be locked by that transaction (`SELECT ... FOR UPDATE`), so that two updates of one object take turns.
    Lists that the client didn't send (an update without `attachmentIds`) are left out of `wanted`; an empty list
    frees all. Each id must be a free upload of the caller's own, or already be on that same object.

    Raises `Invalid` with a problem for every id that isn't (`unknown_attachment`) or that stands twice in the request
    (`duplicate_id`), named like `candidates[3].attachmentIds[0]`, and `too_many` for a list of more than 50.
    Nothing is written then. The rows of `Attachment` that are touched stay locked until the transaction ends.
    """
    _refuse_impossible_lists(wanted)
    if not wanted:
        return
    locked = _lock(wanted)
    _refuse_others(caller, wanted, locked)
    target = _targets(wanted)
    freed = {
        id: row.place.freed()
        for id, row in locked.items()
        if id not in target and not row.place.is_free
    }
    changes = {id: place for id, place in (freed | target).items() if locked[id].place != place}
    if changes:
        _place(changes)


def _refuse_impossible_lists(wanted: Sequence[WantedAttachments]) -> None:
    seen: set[UUID] = set()
    problems: list[Problem] = []
    for one in wanted:
        if len(one.ids) > MAX_ATTACHMENTS:
            raise Invalid.one(one.field, "too_many", limit=MAX_ATTACHMENTS)
        for at, id in enumerate(one.ids):
            if id in seen:
                problems.append(Problem(f"{one.field}[{at}]", "duplicate_id", {"id": str(id)}))
            seen.add(id)
    if problems:
        raise Invalid(tuple(problems))


def _lock(wanted: Sequence[WantedAttachments]) -> dict[UUID, _Locked]:
    parents = [one.parent for one in wanted]
    with connection.cursor() as cursor:
        cursor.execute(
            _LOCK,
            {
                "ids": [id for one in wanted for id in one.ids],
                "positions": [parent.pk for parent in parents if isinstance(parent, Position)],
                "candidates": [parent.pk for parent in parents if isinstance(parent, Candidate)],
            },
        )
        return {
            id: _Locked(_Place(*place), created_by) for id, *place, created_by in cursor.fetchall()
        }


def _refuse_others(
    caller: Caller, wanted: Sequence[WantedAttachments], locked: dict[UUID, _Locked]
) -> None:
    problems = tuple(
        Problem(f"{one.field}[{at}]", "unknown_attachment", {"id": str(id)})
        for one in wanted
        for at, id in enumerate(one.ids)
        if not _may_link(caller, locked.get(id), one.parent)
    )
    if problems:
        raise Invalid(problems)


def _may_link(caller: Caller, row: _Locked | None, parent: Position | Candidate) -> bool:
    if row is None:
        return False
    return row.place.is_on(parent) or (row.place.is_free and row.created_by == caller.user_uuid)


def _targets(wanted: Sequence[WantedAttachments]) -> dict[UUID, _Place]:
    return {
        id: _Place(position_id=one.parent.pk, ordinal=at)
        if isinstance(one.parent, Position)
        else _Place(candidate_id=one.parent.pk, ordinal=at)
        for one in wanted
        for at, id in enumerate(one.ids)
    }


def _place(changes: dict[UUID, _Place]) -> None:
    places = changes.values()
    columns = [
        list(changes),
        [place.position_id for place in places],
        [place.candidate_id for place in places],
        [place.unlinked_from_id for place in places],
        [place.ordinal for place in places],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, columns)
