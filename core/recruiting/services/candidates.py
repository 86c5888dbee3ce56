"""Create, change, move, reject and remove candidates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson
from django.db import connection, transaction

from core.accounts.values import Caller
from core.errors import Conflict, NotFound
from core.ids import new_uuid
from core.json_text import JsonText
from core.recruiting.access import (
    ROLE_IN_POSITION,
    SEES_CANDIDATE,
    Role,
    allow_candidate_change,
    company_domain,
)
from core.recruiting.models import REJECTED, Candidate, CandidateMove, Stack
from core.recruiting.queries.candidates import candidate_document, candidate_documents
from core.recruiting.rich_text.cleaning import clean_html
from core.recruiting.services.attachment_links import (
    WantedAttachments,
    link_attachments,
    link_attachments_of_many,
)
from core.recruiting.services.change_times import (
    NEXT_MOMENT_OF_CANDIDATES,
    next_moment_of_candidates,
)
from core.recruiting.services.erasure import remove_candidate_content
from core.recruiting.services.uploads import FileStore
from core.recruiting.values import UNSET, CandidateDraft, StackName, sent_columns

_LOCK_POSITION: Final = "SELECT FROM recruiting_position WHERE id = %s FOR NO KEY UPDATE"
# A statement of its own: it sees what those did for whom the lock had to wait.
_ROLE: Final = (
    f"WITH access AS ({ROLE_IN_POSITION}) SELECT role FROM access WHERE archived_at IS NULL"
)
_CANDIDATE: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT c.stack, c.rejected_at FROM access JOIN recruiting_candidate c ON c.position_id = access.id
     WHERE c.id = %(candidate)s AND c.deleted_at IS NULL AND {SEES_CANDIDATE}
"""
# Rows as JSON: for fifty of them Django's own insert takes as long as all the rest together. Each gets a millisecond.
_INSERT: Final = f"""
    INSERT INTO recruiting_candidate (
        id, position_id, name, phone_number, compensation, email, description, available_from_date, stack,
        created_by_id, created_at, updated_at)
    SELECT draft.id, %(position)s, name, phone_number, compensation, email, description, available_from_date,
           coalesce(stack, '{Stack.LONGLIST}'), %(user)s, at.moment, at.moment
      FROM ({NEXT_MOMENT_OF_CANDIDATES.replace("%s", "%(position)s")}) AS next (moment),
           json_to_recordset(%(rows)s::json) AS draft (
               id uuid, nth integer, name text, phone_number text, compensation text, email text, description text,
               available_from_date timestamptz, stack text),
           LATERAL (SELECT next.moment + draft.nth * interval '1 ms' AS moment) AS at
"""
_NOTHING_LEFT: Final = {
    "name": None,
    "phone_number": None,
    "compensation": None,
    "description": None,
    "email": None,
    "available_from_date": None,
    "rejected_at": None,
    "rejection_reason": None,
    "stack": Stack.DRAFT,
}


@dataclass(frozen=True, slots=True)
class _Standing:
    """A candidate as the writer who locked it found it, and the time of the change."""

    position_id: UUID
    id: UUID
    moment: datetime
    stack: str
    is_rejected: bool


@transaction.atomic
def create_candidate(caller: Caller, position_id: UUID, draft: CandidateDraft) -> JsonText:
    """Make a candidate for the position; return it.

    Raises `NotFound` for a position that the caller doesn't see, `Forbidden` for clients, `Invalid`.
    """
    [candidate_id] = _create(caller, position_id, [draft], places=[""])
    return candidate_document(candidate_id)


@transaction.atomic
def create_candidates(
    caller: Caller, position_id: UUID, drafts: Sequence[CandidateDraft]
) -> JsonText:
    """Make candidates, all or none; return them in the order sent. Raises as `create_candidate`.

    Problems name their place: `candidates[3].description`. A fixed number of statements, however many there are.
    """
    places = [f"candidates[{at}]." for at in range(len(drafts))]
    return candidate_documents(_create(caller, position_id, drafts, places=places))


def _create(
    caller: Caller, position_id: UUID, drafts: Sequence[CandidateDraft], *, places: Sequence[str]
) -> list[UUID]:
    ids = [new_uuid() for _ in drafts]
    rows = [
        {"id": ids[nth], "nth": nth, **_columns(draft, places[nth])}
        for nth, draft in enumerate(drafts)
    ]
    _lock_position(caller, position_id, action="create candidates of", kind="position")
    _insert(caller, position_id, rows)
    wanted = [
        WantedAttachments(Candidate(id=id), draft.attachment_ids, f"{place}attachmentIds")
        for id, draft, place in zip(ids, drafts, places, strict=True)
        if draft.attachment_ids is not UNSET and draft.attachment_ids
    ]
    link_attachments_of_many(caller, wanted)
    return ids


def _insert(caller: Caller, position_id: UUID, rows: list[dict[str, object]]) -> None:
    parameters = {
        "position": position_id,
        "user": caller.user_uuid,
        "rows": orjson.dumps(rows).decode(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, parameters)


@transaction.atomic
def update_candidate(
    caller: Caller, position_id: UUID, candidate_id: UUID, draft: CandidateDraft
) -> JsonText:
    """Change what the client sent, leave the rest; return the candidate. A new `stack` is a move, with its reason.

    Raises `NotFound`, `Forbidden` for clients, `Invalid`, `Conflict` for a new stack of a rejected candidate.
    """
    columns = _columns(draft, "")
    standing = _lock(caller, position_id, candidate_id, action="update")
    _change(standing, **columns)
    if draft.stack is not UNSET and draft.stack != standing.stack:
        _refuse_rejected(standing)
        _record(
            caller, standing, to=draft.stack, reason=None if draft.reason is UNSET else draft.reason
        )
    if draft.attachment_ids is not UNSET:
        link_attachments(caller, parent=Candidate(id=candidate_id), ids=draft.attachment_ids or ())
    return candidate_document(candidate_id)


@transaction.atomic
def move_candidate(
    caller: Caller, position_id: UUID, candidate_id: UUID, *, stack: StackName, reason: str | None
) -> JsonText:
    """Put the candidate on another stack; on the one it is on already nothing happens. Raises as `update_candidate`."""
    standing = _lock(caller, position_id, candidate_id, action="move")
    _refuse_rejected(standing)
    if stack != standing.stack:
        _change(standing, stack=stack)
        _record(caller, standing, to=stack, reason=reason)
    return candidate_document(candidate_id)


@transaction.atomic
def reject_candidate(
    caller: Caller, position_id: UUID, candidate_id: UUID, *, reason: str | None
) -> JsonText:
    """Reject the candidate, whose stack stays as it is. Raises as `update_candidate`, `Conflict` for a second time."""
    standing = _lock(caller, position_id, candidate_id, action="reject")
    _refuse_rejected(standing)
    _change(standing, rejected_at=standing.moment, rejection_reason=reason)
    _record(caller, standing, to=REJECTED, reason=reason)
    return candidate_document(candidate_id)


@transaction.atomic
def unreject_candidate(
    caller: Caller, position_id: UUID, candidate_id: UUID, *, reason: str | None
) -> JsonText:
    """Take a rejection back. Raises as `update_candidate`, `Conflict` where there is none."""
    standing = _lock(caller, position_id, candidate_id, action="un-reject")
    if not standing.is_rejected:
        raise Conflict("candidate", "is not rejected")
    _change(standing, rejected_at=None, rejection_reason=None)
    _record(caller, standing, to=standing.stack, reason=reason)
    return candidate_document(candidate_id)


@transaction.atomic
def delete_candidate(
    caller: Caller, position_id: UUID, candidate_id: UUID, *, files: FileStore
) -> datetime:
    """Remove the candidate for good, with its history and files; its id stays, and when it went, which is returned.

    Raises `NotFound`, `Forbidden` for clients.
    """
    standing = _lock(caller, position_id, candidate_id, action="delete")
    _change(standing, deleted_at=standing.moment, **_NOTHING_LEFT)
    remove_candidate_content(candidate_id, files=files)
    return standing.moment


def _lock_position(caller: Caller, position_id: UUID, *, action: str, kind: str) -> None:
    """Make other writers of the position's candidates wait; check that the caller may be one."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_POSITION, [position_id])
        cursor.execute(_ROLE, {"position": position_id, "user": caller.user_uuid})
        row = cursor.fetchone()
    if row is None:
        raise NotFound("position", position_id)
    allow_candidate_change(Role(row[0]), action=action, kind=kind)


def _lock(caller: Caller, position_id: UUID, candidate_id: UUID, *, action: str) -> _Standing:
    _lock_position(caller, position_id, action=action, kind="candidate")
    asked = {
        "position": position_id,
        "user": caller.user_uuid,
        "domain": company_domain(caller),
        "candidate": candidate_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATE, asked)
        row = cursor.fetchone()
    if row is None:
        raise NotFound("candidate", candidate_id)
    stack, rejected_at = row
    moment = next_moment_of_candidates(position_id)
    return _Standing(position_id, candidate_id, moment, stack, is_rejected=rejected_at is not None)


def _change(standing: _Standing, **columns: object) -> None:
    Candidate.objects.filter(id=standing.id).update(updated_at=standing.moment, **columns)


def _record(caller: Caller, standing: _Standing, *, to: str, reason: str | None) -> None:
    CandidateMove.objects.create(
        candidate_id=standing.id,
        actor_id=caller.user_uuid,
        from_place=REJECTED if standing.is_rejected else standing.stack,
        to_place=to,
        reason=reason,
        moved_at=standing.moment,
    )


def _refuse_rejected(standing: _Standing) -> None:
    if standing.is_rejected:
        raise Conflict("candidate", "is rejected: take the rejection back first")


def _columns(draft: CandidateDraft, place: str) -> dict[str, object]:
    columns = sent_columns(draft, but=("attachment_ids", "reason", "description"))
    if draft.description is not UNSET:
        columns["description"] = clean_html(draft.description, field=f"{place}description")
    return columns
