"""Link attachments to positions and candidates.

Happo: "Uploading Attachment": an upload has no parent until a position or a candidate names its id.
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

# In the order of the ids: two requests that want the same files wait for each other and can't deadlock.
_LOCK = """
    SELECT id, position_id, candidate_id, unlinked_from_id, ordinal, created_by_id
      FROM recruiting_attachment
     WHERE id = ANY(%(ids)s) OR position_id = ANY(%(positions)s)
       OR candidate_id = ANY(%(candidates)s)
     ORDER BY id FOR UPDATE
"""
_RELINK = """
    UPDATE recruiting_attachment AS attachment
       SET position_id = link.position_id, candidate_id = link.candidate_id,
           unlinked_from_id = link.unlinked_from_id, ordinal = link.ordinal,
           unlinked_at =
               CASE WHEN link.position_id IS NULL AND link.candidate_id IS NULL THEN now() END
      FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::smallint[])
           AS link (id, position_id, candidate_id, unlinked_from_id, ordinal)
     WHERE attachment.id = link.id
"""


@dataclass(frozen=True, slots=True)
class WantedAttachments:
    """All attachments that one object shall have, in order.

    `field` is the path of the list in the request: `attachment_ids`, `candidates[3].attachment_ids`.
    """

    parent: Position | Candidate
    ids: Sequence[UUID]
    field: str = "attachment_ids"


@dataclass(frozen=True, slots=True)
class _Link:
    """The parent of an attachment, or the candidate that had it last; `ordinal` is its number in the parent's list."""

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

    def without_parent(self) -> "_Link":
        # The file is deleted with that candidate, unless another object links it first.
        return _Link(unlinked_from_id=self.candidate_id)


@dataclass(frozen=True, slots=True)
class _LockedAttachment:
    link: _Link
    created_by: UUID


def link_attachments(
    caller: Caller,
    *,
    parent: Position | Candidate,
    ids: Sequence[UUID],
    field: str = "attachment_ids",
) -> bool:
    """Make `ids`, in this order, the attachments of `parent`; attachments that are left out lose their parent.

    As `link_attachments_of_many`, for one object.
    """
    return link_attachments_of_many(caller, [WantedAttachments(parent, ids, field)])


def link_attachments_of_many(caller: Caller, wanted: Sequence[WantedAttachments]) -> bool:
    """Link each object's attachments, in at most two statements whatever the number of objects and ids.

    Return whether that changed a link.

    Call it inside the transaction that writes the objects, after their rows have been inserted; that transaction has
    locked the rows that existed before, so that two updates of one object wait for each other. `wanted` has no list
    that the client didn't send (an update without `attachment_ids`); an empty list unlinks all. Each id must be an
    upload of the caller that has no parent, or an attachment of that same object.

    Raises `Invalid` with a problem for every other id (`unknown_attachment`) and for every id that the request has
    twice (`duplicate_id`), named like `candidates[3].attachment_ids[0]`, and `too_many` for a list of more than 50.
    Nothing is written then. The rows of `Attachment` that are touched stay locked until the transaction ends.
    """
    _refuse_impossible_lists(wanted)
    if not wanted:
        return False
    locked = _lock(wanted)
    _refuse_others(caller, wanted, locked)
    wanted_links = _plan_links(wanted)
    released = {
        id: row.link.without_parent()
        for id, row in locked.items()
        if id not in wanted_links and not row.link.is_free
    }
    changes = {
        id: link for id, link in (released | wanted_links).items() if locked[id].link != link
    }
    if changes:
        _relink(changes)
    return bool(changes)


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


def _lock(wanted: Sequence[WantedAttachments]) -> dict[UUID, _LockedAttachment]:
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
            id: _LockedAttachment(_Link(*link), created_by)
            for id, *link, created_by in cursor.fetchall()
        }


def _refuse_others(
    caller: Caller, wanted: Sequence[WantedAttachments], locked: dict[UUID, _LockedAttachment]
) -> None:
    problems = tuple(
        Problem(f"{one.field}[{at}]", "unknown_attachment", {"id": str(id)})
        for one in wanted
        for at, id in enumerate(one.ids)
        if not _may_link(caller, locked.get(id), one.parent)
    )
    if problems:
        raise Invalid(problems)


def _may_link(caller: Caller, row: _LockedAttachment | None, parent: Position | Candidate) -> bool:
    if row is None:
        return False
    return row.link.is_on(parent) or (row.link.is_free and row.created_by == caller.user_uuid)


def _plan_links(wanted: Sequence[WantedAttachments]) -> dict[UUID, _Link]:
    return {
        id: _Link(position_id=one.parent.pk, ordinal=at)
        if isinstance(one.parent, Position)
        else _Link(candidate_id=one.parent.pk, ordinal=at)
        for one in wanted
        for at, id in enumerate(one.ids)
    }


def _relink(changes: dict[UUID, _Link]) -> None:
    links = changes.values()
    columns: tuple[list[UUID | int | None], ...] = (
        [*changes],
        [link.position_id for link in links],
        [link.candidate_id for link in links],
        [link.unlinked_from_id for link in links],
        [link.ordinal for link in links],
    )
    with connection.cursor() as cursor:
        cursor.execute(_RELINK, columns)
