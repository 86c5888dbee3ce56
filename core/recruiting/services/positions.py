"""Create, change, archive and delete positions."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from core.accounts.values import Caller
from core.errors import NotFound
from core.json_text import JsonText
from core.recruiting.access import ROLE_IN_POSITION, SEES_ARCHIVED, Role, allow_change
from core.recruiting.models import Position, PositionStatus
from core.recruiting.queries.positions import position_document
from core.recruiting.rich_text.cleaning import clean_html
from core.recruiting.services.attachment_links import link_attachments
from core.recruiting.services.change_times import take_turn_with_positions
from core.recruiting.services.collaborators import set_collaborators
from core.recruiting.services.erasure import remove_position_content
from core.recruiting.services.uploads import FileStore
from core.recruiting.values import UNSET, PositionDraft, sent_columns

_LOCK: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT access.role FROM access JOIN recruiting_position p USING (id)
     WHERE %(archived)s AND {SEES_ARCHIVED} OR access.archived_at IS NULL
       FOR NO KEY UPDATE OF p
"""
# Its title is no one's business any more either.
_NOTHING_LEFT: Final = {
    "title": "",
    "location": None,
    "notes": None,
    "type": None,
    "ad_posting_link": None,
    "target_date": None,
    "no_of_positions": None,
    "status": PositionStatus.CLOSED,
}


@transaction.atomic
def create_position(caller: Caller, draft: PositionDraft) -> JsonText:
    """Make a position of the caller's; return it. Raises `Invalid`, and then nothing is written."""
    moment = take_turn_with_positions()
    columns = {"status": PositionStatus.DRAFT, **_columns(draft)}
    position = Position(
        created_by_id=caller.user_uuid, created_at=moment, updated_at=moment, **columns
    )
    position.save(force_insert=True)
    _set_people_and_files(caller, position, draft, moment=moment)
    return position_document(position.id)


@transaction.atomic
def update_position(caller: Caller, position_id: UUID, draft: PositionDraft) -> JsonText:
    """Change what the client sent, leave the rest; return the position.

    Raises `NotFound` (archived ones included), `Forbidden` for clients and suppliers, `Invalid`.
    """
    moment = _lock(caller, position_id, action="update")
    Position.objects.filter(id=position_id).update(updated_at=moment, **_columns(draft))
    _set_people_and_files(caller, Position(id=position_id), draft, moment=moment)
    return position_document(position_id)


@transaction.atomic
def archive_position(caller: Caller, position_id: UUID) -> JsonText:
    """Hide a position from everybody but creator and admins; doing it twice is fine. Raises as `update_position`."""
    moment = _lock(caller, position_id, action="archive", archived=True)
    # Twice is once: a second time changes nothing, so that there is nothing to tell.
    Position.objects.filter(id=position_id, archived_at=None).update(
        archived_at=moment, updated_at=moment
    )
    return position_document(position_id)


@transaction.atomic
def restore_position(caller: Caller, position_id: UUID) -> JsonText:
    """Show an archived position again; doing it twice is fine. Raises as `update_position`."""
    moment = _lock(caller, position_id, action="restore", archived=True)
    Position.objects.filter(id=position_id, archived_at__isnull=False).update(
        archived_at=None, updated_at=moment
    )
    return position_document(position_id)


@transaction.atomic
def delete_position(caller: Caller, position_id: UUID, *, files: FileStore) -> datetime:
    """Remove a position, its candidates and all files for good; its id stays, and when it went, which is returned.

    Raises as `update_position`.
    """
    moment = _lock(caller, position_id, action="delete", archived=True)
    Position.objects.filter(id=position_id).update(
        deleted_at=moment, updated_at=moment, **_NOTHING_LEFT
    )
    remove_position_content(position_id, files=files)
    return moment


def _lock(caller: Caller, position_id: UUID, *, action: str, archived: bool = False) -> datetime:
    """Lock the position, check that the caller may do `action` to it, return the time of the change."""
    moment = take_turn_with_positions()
    with connection.cursor() as cursor:
        cursor.execute(
            _LOCK, {"user": caller.user_uuid, "position": position_id, "archived": archived}
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound("position", position_id)
    allow_change(Role(row[0]), action=action)
    return moment


def _columns(draft: PositionDraft) -> dict[str, object]:
    columns = sent_columns(draft, but=("collaborators", "attachment_ids", "notes"))
    if draft.notes is not UNSET:
        columns["notes"] = clean_html(draft.notes, field="notes")
    return columns


def _set_people_and_files(
    caller: Caller, position: Position, draft: PositionDraft, *, moment: datetime
) -> None:
    if draft.collaborators is not UNSET:
        set_collaborators(position.id, draft.collaborators or (), moment=moment)
    if draft.attachment_ids is not UNSET:
        link_attachments(caller, parent=position, ids=draft.attachment_ids or ())
