"""Create, change and delete candidates.

A service that returns candidates writes them in the `shape` that its caller hands over.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson
from django.db import connection, transaction

from core.accounts.values import Caller
from core.audit import record
from core.ids import new_uuid
from core.json_text import JsonText
from core.quotas.queries import require_room
from core.recruiting.columns import CANDIDATE, erased_values, settable_columns
from core.recruiting.models import Candidate
from core.recruiting.queries.candidates import candidate_payload, candidate_payloads
from core.recruiting.rich_text.cleaning import clean_columns, has_html
from core.recruiting.services.attachment_links import (
    WantedAttachments,
    link_attachments,
    link_attachments_of_many,
)
from core.recruiting.services.candidate_changes import (
    allow_change,
    begin_change,
    change_locked,
    find_candidate,
    lock_position,
    record_move,
    refuse_rejected,
)
from core.recruiting.services.change_times import NEXT_OF_CANDIDATES, change_columns
from core.recruiting.services.erasure import delete_candidate_content
from core.recruiting.services.uploads import FileStore
from core.recruiting.shapes import CandidateShape
from core.recruiting.values import UNSET, CandidateDraft
from core.recruiting.vocabulary import NEW_CANDIDATE_STACK
from core.sql import Parameters

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
        allow_change(caller, position_id, action="create candidates of", kind="position")
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
    lock_position(caller, position_id, action="create candidates of", kind="position")
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
        allow_change(caller, position_id, action="update", kind="candidate")
        find_candidate(caller, position_id, candidate_id)
    columns = clean_columns(draft.columns, of=CANDIDATE)
    locked = begin_change(caller, position_id, candidate_id, action="update")
    row = Candidate.objects.filter(id=candidate_id)
    is_changed = change_columns(row, columns, changed_at=locked.changed_at)
    stack = columns.get("stack", locked.stack)
    if stack != locked.stack:
        refuse_rejected(locked)
        record_move(caller, locked, to=str(stack), reason=draft.reason)
    if draft.attachment_ids is not UNSET:
        ids = draft.attachment_ids or ()
        are_files_changed = link_attachments(caller, parent=Candidate(id=candidate_id), ids=ids)
        if are_files_changed and not is_changed:
            change_locked(locked)
        is_changed = is_changed or are_files_changed
    if is_changed:
        fields = draft.sent_fields
        record("candidate.update", candidate_id, position=position_id, fields=fields)
    return candidate_payload(candidate_id, shape=shape)


@transaction.atomic
def delete_candidate(
    caller: Caller, position_id: UUID, candidate_id: UUID, *, files: FileStore
) -> datetime:
    """Erase the candidate, its history and its files; return when. A tombstone keeps its id and that time.

    Raises `NotFound`, `Forbidden` for clients, `PositionArchived`.
    """
    locked = begin_change(caller, position_id, candidate_id, action="delete")
    change_locked(locked, deleted_at=locked.changed_at, **ERASED_VALUES)
    delete_candidate_content(candidate_id, files=files)
    record("candidate.delete", candidate_id, position=position_id)
    return locked.changed_at
