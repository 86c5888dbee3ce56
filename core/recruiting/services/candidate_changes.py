"""What all changes of a position's candidates share: the lock, the right, the time of the change, and the history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from django.db import connection

from core.accounts.values import Caller
from core.errors import Conflict, NotFound
from core.recruiting.access import (
    ROLE_IN_POSITION,
    SEES_ARCHIVED,
    SEES_CANDIDATE,
    Role,
    allow_candidate_change,
    colleague_parameters,
    refuse_archived,
)
from core.recruiting.models import Candidate, CandidateMove
from core.recruiting.services.change_times import next_time_of_candidates
from core.recruiting.vocabulary import REJECTED
from core.sql import fetch_row

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


@dataclass(frozen=True, slots=True)
class LockedCandidate:
    """A candidate as the writer who locked it found it, and the time of the change."""

    id: UUID
    changed_at: datetime
    stack: str
    is_rejected: bool


def begin_change(
    caller: Caller, position_id: UUID, candidate_id: UUID, *, action: str
) -> LockedCandidate:
    """Lock the position, check that the caller may do `action` to the candidate, return the time of the change."""
    lock_position(caller, position_id, action=action, kind="candidate")
    stack, rejected_at = find_candidate(caller, position_id, candidate_id)
    changed_at = next_time_of_candidates(position_id)
    return LockedCandidate(candidate_id, changed_at, stack, is_rejected=rejected_at is not None)


def lock_position(caller: Caller, position_id: UUID, *, action: str, kind: str) -> None:
    """Make the other writers of the position's candidates wait; check that the caller may do `action`."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_POSITION, [position_id])
    allow_change(caller, position_id, action=action, kind=kind)


def allow_change(caller: Caller, position_id: UUID, *, action: str, kind: str) -> None:
    """Check that the caller may do `action`; raise `NotFound`, `Forbidden`, `PositionArchived`."""
    row = fetch_row(_ROLE, {"position": position_id, "user": caller.user_uuid})
    if row is None:
        raise NotFound("position", position_id)
    role, archived_at = row
    allow_candidate_change(cast(Role, role), action=action, kind=kind)
    refuse_archived(position_id, archived_at=archived_at)


def find_candidate(
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


def change_locked(locked: LockedCandidate, **columns: object) -> None:
    """Write columns of the candidate, and the time of the change."""
    Candidate.objects.filter(id=locked.id).update(updated_at=locked.changed_at, **columns)


def record_move(caller: Caller, locked: LockedCandidate, *, to: str, reason: str | None) -> None:
    """Write into the candidate's history that it went from where it was to the place `to`."""
    CandidateMove.objects.create(
        candidate_id=locked.id,
        actor_id=caller.user_uuid,
        from_place=REJECTED if locked.is_rejected else locked.stack,
        to_place=to,
        reason=reason,
        moved_at=locked.changed_at,
    )


def refuse_rejected(locked: LockedCandidate) -> None:
    """Raise `Conflict` for a candidate that is rejected: it is moved once that is taken back."""
    if locked.is_rejected:
        raise Conflict("candidate", "is rejected: take the rejection back first")
