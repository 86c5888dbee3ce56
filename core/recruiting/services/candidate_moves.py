"""Move candidates from stack to stack, reject them, and take rejections back.

Each returns the candidate in the `shape` that its caller hands over.
"""

from uuid import UUID

from django.db import transaction

from core.accounts.values import Caller
from core.audit import record
from core.errors import Conflict
from core.json_text import JsonText
from core.recruiting.queries.candidates import candidate_payload
from core.recruiting.services.candidate_changes import (
    begin_change,
    change_locked,
    record_move,
    refuse_rejected,
)
from core.recruiting.shapes import CandidateShape
from core.recruiting.vocabulary import REJECTED, Stack


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
    locked = begin_change(caller, position_id, candidate_id, action="move")
    refuse_rejected(locked)
    if stack != locked.stack:
        change_locked(locked, stack=stack)
        record_move(caller, locked, to=stack, reason=reason)
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
    locked = begin_change(caller, position_id, candidate_id, action="reject")
    refuse_rejected(locked)
    change_locked(locked, rejected_at=locked.changed_at, rejection_reason=reason)
    record_move(caller, locked, to=REJECTED, reason=reason)
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
    locked = begin_change(caller, position_id, candidate_id, action="un-reject")
    if not locked.is_rejected:
        raise Conflict("candidate", "is not rejected")
    change_locked(locked, rejected_at=None, rejection_reason=None)
    record_move(caller, locked, to=locked.stack, reason=reason)
    record("candidate.unreject", candidate_id, position=position_id)
    return candidate_payload(candidate_id, shape=shape)
