"""Create, change, move, reject and delete candidates.

A service that returns candidates writes them in the `shape` that its caller hands over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

import orjson
from django.db import connection, transaction

from core.accounts.values import Caller
from core.audit import record
from core.errors import Conflict, NotFound
from core.ids import new_uuid
from core.json_text import JsonText
from core.quotas.queries import require_room
from core.recruiting.access import (
    ROLE_IN_POSITION,
    SEES_ARCHIVED,
    SEES_CANDIDATE,
    Role,
    allow_candidate_change,
    colleague_parameters,
    refuse_archived,
)
from core.recruiting.columns import CANDIDATE, erased_values, settable_columns
from core.recruiting.models import Candidate, CandidateMove
from core.recruiting.queries.candidates import candidate_payload, candidate_payloads
from core.recruiting.rich_text.cleaning import clean_columns, has_html
from core.recruiting.services.attachment_links import (
    WantedAttachments,
    link_attachments,
    link_attachments_of_many,
)
from core.recruiting.services.change_times import (
    NEXT_OF_CANDIDATES,
    change_columns,
    next_time_of_candidates,
)
from core.recruiting.services.erasure import delete_candidate_content
from core.recruiting.services.uploads import FileStore
from core.recruiting.shapes import CandidateShape
from core.recruiting.values import UNSET, CandidateDraft
from core.recruiting.vocabulary import NEW_CANDIDATE_STACK, REJECTED, Stack
from core.sql import Parameters, fetch_row

_LOCK_POSITION: Final = "SELECT FROM recruiting_position WHERE id = %s FOR NO KEY UPDATE"
# A second statement: it sees what was committed while the first one waited for the lock.
_ROLE: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT access.role, access.archived_at FROM access WHERE {SEES_ARCHIVED}
"""
_CANDIDATE: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT c.stack, c.rejected_at FROM access JOIN recruiting_candidate c
      ON c.position_id = access.id
     WHERE c.id = %(candidate)s AND c.deleted_at IS NULL AND {SEES_CANDIDATE}
"""
_SETTABLE: Final = settable_columns(CANDIDATE)
_NAMES: Final = ", ".join(column.sql_name for column in _SETTABLE)
# Rows as JSON: for fifty of them Django's own insert takes as long as all the rest together. Each gets a millisecond.
_INSERT: Final = f"""
    INSERT INTO recruiting_candidate (id, position_id, created_by_id, created_at, updated_at,
      {_NAMES})
    SELECT draft.id, %(position)s, %(user)s, at.changed_at, at.changed_at,
           {", ".join(f"draft.{column.sql_name}" for column in _SETTABLE)}
      FROM ({NEXT_OF_CANDIDATES}) AS next (changed_at),
           json_to_recordset(%(rows)s::json) AS draft (
               id uuid, nth integer,
               {", ".join(f"{column.sql_name} {column.sql_type}" for column in _SETTABLE)}),
           LATERAL (SELECT next.changed_at + draft.nth * interval '1 ms' AS changed_at) AS at
"""
ERASED_VALUES: Final = erased_values(CANDIDATE)


@dataclass(frozen=True, slots=True)
class _LockedCandidate:
    """A candidate as the writer who locked it found it, and the time of the change."""

    id: UUID
    changed_at: datetime
    stack: str
    is_rejected: bool


@transaction.atomic
def create_candidate(
    caller: Caller, position_id: UUID, draft: CandidateDraft, *, shape: CandidateShape
) -> JsonText:
    """Create a candidate of the position; return it.

    Raises `NotFound` for a position that the caller doesn't see, `Forbidden` for clients, `PositionArchived`,
    `Invalid`.
    """
    [candidate_id] = _create(caller, position_id, [draft], paths=[""])
    return candidate_payload(candidate_id, shape=shape)


@transaction.atomic
def create_candidates(
    caller: Caller,
    position_id: UUID,
    drafts: Sequence[CandidateDraft],
    *,
    shape: CandidateShape,
) -> JsonText:
    """Create all candidates or none; return them in the order sent. Raises as `create_candidate`.

    Problems name their fields like `candidates[3].description`. The number of statements doesn't depend on that of the
    candidates.
    """
    paths = [f"candidates[{at}]." for at in range(len(drafts))]
    return candidate_payloads(_create(caller, position_id, drafts, paths=paths), shape=shape)


def _create(
    caller: Caller, position_id: UUID, drafts: Sequence[CandidateDraft], *, paths: Sequence[str]
) -> list[UUID]:
    # Cleaning is expensive, and no lock must be held for so long: right and room are checked before, and again below.
    if any(has_html(draft.columns, of=CANDIDATE) for draft in drafts):
        _allow_change(caller, position_id, action="create candidates of", kind="position")
        require_room("candidates", subject=str(position_id), wanted=len(drafts))
    ids = [new_uuid() for _ in drafts]
    rows = [
        {
            "id": id,
            "nth": nth,
            "stack": NEW_CANDIDATE_STACK,
            **clean_columns(draft.columns, of=CANDIDATE, path=path),
        }
        for nth, (id, draft, path) in enumerate(zip(ids, drafts, paths, strict=True))
    ]
    _lock_position(caller, position_id, action="create candidates of", kind="position")
    _insert(caller, position_id, rows)
    wanted = [
        WantedAttachments(Candidate(id=id), draft.attachment_ids, f"{path}attachment_ids")
        for id, draft, path in zip(ids, drafts, paths, strict=True)
        if draft.attachment_ids is not UNSET and draft.attachment_ids
    ]
    link_attachments_of_many(caller, wanted)
    record("candidate.create", *ids, position=position_id)
    return ids


def _insert(caller: Caller, position_id: UUID, rows: list[dict[str, object]]) -> None:
    parameters: Parameters = {
        "position": position_id,
        "user": caller.user_uuid,
        "rows": orjson.dumps(rows).decode(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, parameters)


@transaction.atomic
def update_candidate(
    caller: Caller,
    position_id: UUID,
    candidate_id: UUID,
    draft: CandidateDraft,
    *,
    shape: CandidateShape,
) -> JsonText:
    """Change what the client sent and keep the rest; return the candidate. A new `stack` is a move, with its reason.

    The same values again change no time.

    Raises `NotFound`, `Forbidden` for clients, `PositionArchived`, `Invalid`, `Conflict` for a new stack of a rejected
    candidate.
    """
    if has_html(draft.columns, of=CANDIDATE):
        # As in `_create`.
        _allow_change(caller, position_id, action="update", kind="candidate")
        _find_candidate(caller, position_id, candidate_id)
    columns = clean_columns(draft.columns, of=CANDIDATE)
    locked = _begin_change(caller, position_id, candidate_id, action="update")
    row = Candidate.objects.filter(id=candidate_id)
    is_changed = change_columns(row, columns, changed_at=locked.changed_at)
    stack = columns.get("stack", locked.stack)
    if stack != locked.stack:
        _refuse_rejected(locked)
        _record(caller, locked, to=str(stack), reason=draft.reason)
    if draft.attachment_ids is not UNSET:
        ids = draft.attachment_ids or ()
        are_files_changed = link_attachments(caller, parent=Candidate(id=candidate_id), ids=ids)
        if are_files_changed and not is_changed:
            _change(locked)
        is_changed = is_changed or are_files_changed
    if is_changed:
        fields = draft.sent_fields
        record("candidate.update", candidate_id, position=position_id, fields=fields)
    return candidate_payload(candidate_id, shape=shape)


@transaction.atomic
def move_candidate(
    caller: Caller,
    position_id: UUID,
    candidate_id: UUID,
    *,
    stack: Stack,
    reason: str | None,
    shape: CandidateShape,
) -> JsonText:
    """Move the candidate to another stack; a move to its own stack changes nothing. Raises as `update_candidate`."""
    locked = _begin_change(caller, position_id, candidate_id, action="move")
    _refuse_rejected(locked)
    if stack != locked.stack:
        _change(locked, stack=stack)
        _record(caller, locked, to=stack, reason=reason)
        places = {"from": locked.stack, "to": stack}
        record("candidate.move", candidate_id, position=position_id, values=places)
    return candidate_payload(candidate_id, shape=shape)


@transaction.atomic
def reject_candidate(
    caller: Caller,
    position_id: UUID,
    candidate_id: UUID,
    *,
    reason: str | None,
    shape: CandidateShape,
) -> JsonText:
    """Reject the candidate, who keeps its stack. Raises as `update_candidate`, `Conflict` if it is rejected already."""
    locked = _begin_change(caller, position_id, candidate_id, action="reject")
    _refuse_rejected(locked)
    _change(locked, rejected_at=locked.changed_at, rejection_reason=reason)
    _record(caller, locked, to=REJECTED, reason=reason)
    record("candidate.reject", candidate_id, position=position_id)
    return candidate_payload(candidate_id, shape=shape)


@transaction.atomic
def unreject_candidate(
    caller: Caller,
    position_id: UUID,
    candidate_id: UUID,
    *,
    reason: str | None,
    shape: CandidateShape,
) -> JsonText:
    """Withdraw a rejection. Raises as `update_candidate`, `Conflict` if the candidate is not rejected."""
    locked = _begin_change(caller, position_id, candidate_id, action="un-reject")
    if not locked.is_rejected:
        raise Conflict("candidate", "is not rejected")
    _change(locked, rejected_at=None, rejection_reason=None)
    _record(caller, locked, to=locked.stack, reason=reason)
    record("candidate.unreject", candidate_id, position=position_id)
    return candidate_payload(candidate_id, shape=shape)


@transaction.atomic
def delete_candidate(
    caller: Caller, position_id: UUID, candidate_id: UUID, *, files: FileStore
) -> datetime:
    """Erase the candidate, its history and its files; return when. A tombstone keeps its id and that time.

    Raises `NotFound`, `Forbidden` for clients, `PositionArchived`.
    """
    locked = _begin_change(caller, position_id, candidate_id, action="delete")
    _change(locked, deleted_at=locked.changed_at, **ERASED_VALUES)
    delete_candidate_content(candidate_id, files=files)
    record("candidate.delete", candidate_id, position=position_id)
    return locked.changed_at


def _lock_position(caller: Caller, position_id: UUID, *, action: str, kind: str) -> None:
    """Make the other writers of the position's candidates wait; check that the caller may do `action`."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_POSITION, [position_id])
    _allow_change(caller, position_id, action=action, kind=kind)


def _allow_change(caller: Caller, position_id: UUID, *, action: str, kind: str) -> None:
    row = fetch_row(_ROLE, {"position": position_id, "user": caller.user_uuid})
    if row is None:
        raise NotFound("position", position_id)
    role, archived_at = row
    allow_candidate_change(cast(Role, role), action=action, kind=kind)
    refuse_archived(position_id, archived_at=archived_at)


def _begin_change(
    caller: Caller, position_id: UUID, candidate_id: UUID, *, action: str
) -> _LockedCandidate:
    """Lock the position, check that the caller may do `action` to the candidate, return the time of the change."""
    _lock_position(caller, position_id, action=action, kind="candidate")
    stack, rejected_at = _find_candidate(caller, position_id, candidate_id)
    changed_at = next_time_of_candidates(position_id)
    return _LockedCandidate(candidate_id, changed_at, stack, is_rejected=rejected_at is not None)


def _find_candidate(
    caller: Caller, position_id: UUID, candidate_id: UUID
) -> tuple[str, datetime | None]:
    """Return stack and time of rejection of a candidate that the caller may change; raise `NotFound`."""
    parameters = {
        **colleague_parameters(caller),
        "position": position_id,
        "candidate": candidate_id,
    }
    row = fetch_row(_CANDIDATE, parameters)
    if row is None:
        raise NotFound("candidate", candidate_id)
    return row[0], row[1]


def _change(locked: _LockedCandidate, **columns: object) -> None:
    Candidate.objects.filter(id=locked.id).update(updated_at=locked.changed_at, **columns)


def _record(caller: Caller, locked: _LockedCandidate, *, to: str, reason: str | None) -> None:
    CandidateMove.objects.create(
        candidate_id=locked.id,
        actor_id=caller.user_uuid,
        from_place=REJECTED if locked.is_rejected else locked.stack,
        to_place=to,
        reason=reason,
        moved_at=locked.changed_at,
    )


def _refuse_rejected(locked: _LockedCandidate) -> None:
    if locked.is_rejected:
        raise Conflict("candidate", "is rejected: take the rejection back first")
