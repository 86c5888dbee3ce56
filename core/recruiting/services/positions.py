"""Create, change, archive and delete positions.

A service that returns a position writes it in the `shape` that its caller hands over.
"""

from datetime import datetime
from typing import Final, cast
from uuid import UUID

from django.db import transaction

from core.accounts.values import Caller
from core.audit import record
from core.errors import NotFound
from core.json_text import JsonText
from core.quotas.queries import require_room
from core.recruiting.access import (
    ROLE_IN_POSITION,
    SEES_ARCHIVED,
    Role,
    allow_change,
    refuse_archived,
)
from core.recruiting.columns import POSITION, erased_values
from core.recruiting.models import Position
from core.recruiting.queries.positions import position_payload
from core.recruiting.rich_text.cleaning import clean_columns, has_html
from core.recruiting.services.attachment_links import link_attachments
from core.recruiting.services.change_times import change_columns, lock_change_clock
from core.recruiting.services.collaborators import set_collaborators
from core.recruiting.services.erasure import delete_position_content
from core.recruiting.services.uploads import FileStore
from core.recruiting.shapes import PositionShape
from core.recruiting.values import UNSET, PositionDraft
from core.sql import fetch_row

_ROLE: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT access.role, access.archived_at FROM access JOIN recruiting_position p USING (id)
     WHERE {SEES_ARCHIVED}
"""
_LOCK: Final = f"{_ROLE} FOR NO KEY UPDATE OF p"
ERASED_VALUES: Final = erased_values(POSITION)


@transaction.atomic
def create_position(caller: Caller, draft: PositionDraft, *, shape: PositionShape) -> JsonText:
    """Create a position that belongs to the caller; return it. Raises `Invalid`, and then nothing is written."""
    # Before the lock, as cleaning is expensive; so is cleaning in vain.
    if has_html(draft.columns, of=POSITION):
        require_room("positions", wanted=1)
    columns = clean_columns(draft.columns, of=POSITION)
    changed_at = lock_change_clock()
    position = Position(
        created_by_id=caller.user_uuid, created_at=changed_at, updated_at=changed_at, **columns
    )
    position.save(force_insert=True)
    _set_people_and_files(caller, position, draft, changed_at=changed_at, is_new=True)
    record("position.create", position.id, fields=draft.sent_fields)
    return position_payload(position.id, shape=shape)


@transaction.atomic
def update_position(
    caller: Caller, position_id: UUID, draft: PositionDraft, *, shape: PositionShape
) -> JsonText:
    """Change what the client sent and keep the rest; return the position. The same values again change no time.

    Raises `NotFound`, `Forbidden` for clients and suppliers, `PositionArchived`, `Invalid`.
    """
    # Cleaning is expensive, and a lock must not be held for so long: the right is checked before, and again below.
    if has_html(draft.columns, of=POSITION):
        _allow_change(caller, position_id, action="update", statement=_ROLE)
    columns = clean_columns(draft.columns, of=POSITION)
    changed_at = lock_for_change(caller, position_id, action="update")
    row = Position.objects.filter(id=position_id)
    is_changed = change_columns(row, columns, changed_at=changed_at)
    are_others_changed = _set_people_and_files(
        caller, Position(id=position_id), draft, changed_at=changed_at
    )
    if are_others_changed and not is_changed:
        row.update(updated_at=changed_at)
    if is_changed or are_others_changed:
        record("position.update", position_id, fields=draft.sent_fields)
    return position_payload(position_id, shape=shape)


@transaction.atomic
def archive_position(caller: Caller, position_id: UUID, *, shape: PositionShape) -> JsonText:
    """Hide a position from all but its creator and admins; repeating it is fine. Raises `NotFound`, `Forbidden`."""
    changed_at = lock_for_change(caller, position_id, action="archive", archived=True)
    # Archiving again changes nothing, so that clients that sync have nothing to learn.
    own = Position.objects.filter(id=position_id, archived_at=None)
    if own.update(archived_at=changed_at, updated_at=changed_at):
        record("position.archive", position_id)
    return position_payload(position_id, shape=shape)


@transaction.atomic
def restore_position(caller: Caller, position_id: UUID, *, shape: PositionShape) -> JsonText:
    """Show an archived position again; repeating it is fine. Raises `NotFound`, `Forbidden`."""
    changed_at = lock_for_change(caller, position_id, action="restore", archived=True)
    own = Position.objects.filter(id=position_id, archived_at__isnull=False)
    if own.update(archived_at=None, updated_at=changed_at):
        record("position.restore", position_id)
    return position_payload(position_id, shape=shape)


@transaction.atomic
def delete_position(caller: Caller, position_id: UUID, *, files: FileStore) -> datetime:
    """Erase a position, its candidates and all their files; return when. A tombstone keeps its id and that time.

    Raises `NotFound`, `Forbidden`.
    """
    changed_at = lock_for_change(caller, position_id, action="delete", archived=True)
    Position.objects.filter(id=position_id).update(
        deleted_at=changed_at, updated_at=changed_at, **ERASED_VALUES
    )
    delete_position_content(position_id, files=files)
    record("position.delete", position_id)
    return changed_at


def lock_for_change(
    caller: Caller, position_id: UUID, *, action: str, archived: bool = False
) -> datetime:
    """Lock the position, check that the caller may do `action` to it, return the time of the change.

    `archived`: the action is one for archived positions too.
    """
    changed_at = lock_change_clock()
    _allow_change(caller, position_id, action=action, archived=archived, statement=_LOCK)
    return changed_at


def require_change_right(caller: Caller, position_id: UUID, *, action: str) -> None:
    """Return if the caller may do `action` (a verb) to the position, archived or not; raise `NotFound`, `Forbidden`."""
    _allow_change(caller, position_id, action=action, archived=True, statement=_ROLE)


def _allow_change(
    caller: Caller, position_id: UUID, *, action: str, statement: str, archived: bool = False
) -> None:
    row = fetch_row(statement, {"user": caller.user_uuid, "position": position_id})
    if row is None:
        raise NotFound("position", position_id)
    role, archived_at = row
    allow_change(cast(Role, role), action=action)
    if not archived:
        refuse_archived(position_id, archived_at=archived_at)


def _set_people_and_files(
    caller: Caller,
    position: Position,
    draft: PositionDraft,
    *,
    changed_at: datetime,
    is_new: bool = False,
) -> bool:
    """Return whether that changed anything."""
    is_changed = False
    if draft.collaborators is not UNSET:
        is_changed = set_collaborators(
            position.id,
            draft.collaborators or (),
            changed_at=changed_at,
            invited_by=caller.user_uuid,
            is_new=is_new,
        )
    if draft.attachment_ids is not UNSET:
        ids = draft.attachment_ids or ()
        is_changed = link_attachments(caller, parent=position, ids=ids) or is_changed
    return is_changed
