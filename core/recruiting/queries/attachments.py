"""Read attachments; the caller sees its own uploads and those of the objects that it sees."""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from core.accounts.values import Caller
from core.errors import NotFound
from core.recruiting.access import (
    ROLE_IN_POSITION,
    SEES_CANDIDATE,
    SEES_IF_ARCHIVED,
    colleague_parameters,
)
from core.recruiting.models import Attachment
from core.sql import Parameters, fetch_row

# `position`: the attachment's own, or that of its candidate.
_ATTACHMENT: Final = """
    SELECT a.file_name, a.created_by_id, a.position_id, a.candidate_id,
      coalesce(a.position_id, c.position_id)
      FROM recruiting_attachment a LEFT JOIN recruiting_candidate c ON c.id = a.candidate_id
     WHERE a.id = %(attachment)s
"""
# The same rules as for the object itself: some versions show an archived position.
_SEES_POSITION: Final = f"""
    SELECT FROM ({ROLE_IN_POSITION}) AS access
     WHERE {SEES_IF_ARCHIVED}
"""
_SEES_CANDIDATE: Final = f"""
    SELECT FROM ({ROLE_IN_POSITION}) AS access, recruiting_candidate c
     WHERE c.id = %(candidate)s AND c.deleted_at IS NULL AND {SEES_IF_ARCHIVED}
       AND {SEES_CANDIDATE}
"""


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """An attachment that the caller may see; its parent is None while it belongs to no object."""

    id: UUID
    file_name: str
    created_by: UUID
    parent_id: UUID | None = None
    parent_type: Literal["position", "candidate"] | None = None


def visible_attachment(caller: Caller, id: UUID, *, archived: bool = False) -> AttachmentView:
    """Return an attachment that the caller uploaded, or that is on an object the caller sees; raise `NotFound`.

    Happo: "View Attachment". With `archived` creator and admins see those of an archived position and its candidates
    too. Two statements at most.
    """
    row = fetch_row(_ATTACHMENT, {"attachment": id})
    if row is None:
        raise NotFound("attachment", id)
    file_name, created_by, position, candidate, position_of_either = row
    if created_by != caller.user_uuid and not _may_see(
        caller, position=position_of_either, candidate=candidate, archived=archived
    ):
        raise NotFound("attachment", id)
    if position is not None:
        return AttachmentView(id, file_name, created_by, position, "position")
    if candidate is not None:
        return AttachmentView(id, file_name, created_by, candidate, "candidate")
    return AttachmentView(id, file_name, created_by)


def _may_see(
    caller: Caller, *, position: UUID | None, candidate: UUID | None, archived: bool
) -> bool:
    if position is None:
        return False
    parameters: Parameters = {"position": position, "user": caller.user_uuid, "archived": archived}
    statement = _SEES_POSITION
    if candidate is not None:
        statement = _SEES_CANDIDATE
        parameters |= {"candidate": candidate, **colleague_parameters(caller)}
    return fetch_row(statement, parameters) is not None


def view_file_name(id: UUID) -> str:
    """Return the name of a file whose download has been granted; raise `NotFound` if it has been deleted."""
    name = Attachment.objects.filter(id=id).values_list("file_name", flat=True).first()
    if name is None:
        raise NotFound("attachment", id)
    return name
