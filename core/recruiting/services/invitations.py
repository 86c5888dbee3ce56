"""Invite one more person to a position; send an invitation again, or withdraw it."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction
from django.db.models import F

from core.accounts.addresses import clean_email
from core.accounts.attempt_limits import count_mail_request
from core.accounts.values import Caller
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.jobs import enqueue
from core.recruiting.access import refuse_archived
from core.recruiting.models import Collaborator, Position
from core.recruiting.services.change_times import lock_change_clock
from core.recruiting.services.collaborators import (
    MAX_COLLABORATORS,
    remove_collaborator,
    set_collaborators,
)
from core.recruiting.services.invitation_mail import send_invitations
from core.recruiting.services.positions import lock_for_change
from core.recruiting.values import Invitation
from core.recruiting.vocabulary import CollaboratorType

_OPEN = ("awaiting_registration", "awaiting_approval")


@transaction.atomic
def invite_collaborator(caller: Caller, position_id: UUID, invitation: Invitation) -> None:
    """Invite one more person, who is sent a mail with a link; the other collaborators stay as they are.

    Raises `NotFound`, `Forbidden`, `PositionArchived`; `Invalid` of `email`, also for a collaborator of the position
    (`duplicate_email`) and where it has as many as it may (`too_many`); `QuotaExceeded`.
    """
    changed_at = lock_for_change(caller, position_id, action="update")
    email = clean_email(invitation.email)
    rows = Collaborator.objects.filter(position_id=position_id).select_related("user")
    present = [
        Invitation(row.user.email, cast(CollaboratorType, row.type))
        for row in rows.order_by("ordinal")
    ]
    if email in [one.email for one in present]:
        raise Invalid.one("email", "duplicate_email", email=email)
    if len(present) >= MAX_COLLABORATORS:
        raise Invalid.one("email", "too_many", limit=MAX_COLLABORATORS)
    set_collaborators(
        position_id,
        [*present, invitation],
        changed_at=changed_at,
        invited_by=caller.user_uuid,
    )
    Position.objects.filter(id=position_id).update(updated_at=changed_at)
    record("position.update", position_id, fields=["collaborators"])


def resend_invitation(
    caller: Caller, position_id: UUID, user_uuid: UUID, *, as_staff: bool, client_ip: str
) -> None:
    """Send the mail again, with a link that replaces the one before, in the name of the caller.

    `as_staff`: the caller may do so in every position of the tenant. Raises `NotFound`, `Forbidden`,
    `PositionArchived`, `Conflict` for an invitation that was answered, `RateLimited` after too many mails to the
    address. Call it outside of a transaction.
    """
    with transaction.atomic():
        _lock(caller, position_id, as_staff=as_staff)
        row = _require_open(position_id, user_uuid)
    count_mail_request(row.user.email, client_ip=client_ip)
    with transaction.atomic():
        _lock(caller, position_id, as_staff=as_staff)
        row = _require_open(position_id, user_uuid)
        Collaborator.objects.filter(id=row.id).update(
            mail_state="waiting",
            mail_reply="",
            mail_number=F("mail_number") + 1,
            invited_by=caller.user_uuid,
        )
        record("invitation.resend", position_id, user=user_uuid)
        enqueue(send_invitations, key=str(position_id), position_id=position_id)


@transaction.atomic
def withdraw_invitation(
    caller: Caller, position_id: UUID, user_uuid: UUID, *, as_staff: bool
) -> None:
    """Take a collaborator off the position, whose link is worth nothing any more; raise as `resend_invitation`."""
    changed_at = _lock(caller, position_id, as_staff=as_staff)
    remove_collaborator(position_id, user_uuid, changed_at=changed_at)
    Position.objects.filter(id=position_id).update(updated_at=changed_at)
    record("invitation.withdraw", position_id, user=user_uuid)


def _lock(caller: Caller, position_id: UUID, *, as_staff: bool) -> datetime:
    if not as_staff:
        return lock_for_change(caller, position_id, action="update")
    changed_at = lock_change_clock()
    rows = Position.objects.select_for_update(no_key=True)
    position = rows.filter(id=position_id, deleted_at=None).first()
    if position is None:
        raise NotFound("position", position_id)
    refuse_archived(position_id, archived_at=position.archived_at)
    return changed_at


def _require_open(position_id: UUID, user_uuid: UUID) -> Collaborator:
    row = (
        Collaborator.objects.select_related("user")
        .filter(position_id=position_id, user__uuid=user_uuid)
        .first()
    )
    if row is None:
        raise NotFound("invitation")
    if row.status not in _OPEN:
        raise Conflict("invitation", "was answered already")
    return row
