"""The people on a position: invited by e-mail, confirmed by registering, decided by themselves."""

from collections.abc import Sequence
from functools import partial
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from core.accounts.events import mailbox_confirmed
from core.accounts.invitations import invite_users
from core.accounts.services import EMAIL_LENGTH
from core.accounts.values import Caller
from core.errors import Invalid, NotFound, Problem
from core.json_text import JsonText
from core.recruiting.access import invites
from core.recruiting.models import Collaborator, CollaboratorStatus
from core.recruiting.moments import take_turn_with_positions
from core.recruiting.queries import view_position
from core.recruiting.values import Invitation

MAX_COLLABORATORS: Final = 100

# One millisecond for each position, as for any other change of several rows.
_CONFIRM: Final = """
    WITH confirmed AS (
        UPDATE recruiting_collaborator SET status = 'awaiting_approval'
         WHERE user_id = %(user)s AND status = 'awaiting_registration' RETURNING position_id
    ), numbered AS (
        SELECT position_id, row_number() OVER (ORDER BY position_id) - 1 AS nth FROM confirmed
    )
    UPDATE recruiting_position p SET updated_at = %(moment)s + numbered.nth * interval '1 ms'
      FROM numbered WHERE p.id = numbered.position_id AND p.deleted_at IS NULL
"""
_ANSWER: Final = f"""
    WITH answered AS (
        UPDATE recruiting_collaborator c SET status = %(status)s
         WHERE user_id = %(user)s AND position_id = %(position)s AND {invites("c")} RETURNING position_id
    )
    UPDATE recruiting_position p SET updated_at = %(moment)s FROM answered
     WHERE p.id = answered.position_id AND p.archived_at IS NULL AND p.deleted_at IS NULL
"""


def set_collaborators(position_id: UUID, invitations: Sequence[Invitation]) -> None:
    """Make these the position's collaborators, in this order; who stays keeps id and status.

    Raises `Invalid` where an e-mail stands twice (in any case) or is too long. The position is locked by the caller.
    """
    emails = [invitation.email.lower() for invitation in invitations]
    _refuse_long(emails)
    _refuse_repeated(emails)
    users = invite_users(emails)
    rows = [
        Collaborator(
            position_id=position_id,
            user_id=users[email].uuid,
            type=invitation.type,
            status=_first_status(registered=users[email].is_registered),
            ordinal=ordinal,
        )
        for ordinal, (email, invitation) in enumerate(zip(emails, invitations, strict=True))
    ]
    remaining = [row.user_id for row in rows]
    Collaborator.objects.filter(position_id=position_id).exclude(user_id__in=remaining).delete()
    Collaborator.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["position", "user"], update_fields=["type", "ordinal"]
    )


def _first_status(*, registered: bool) -> str:
    return CollaboratorStatus.AWAITING_APPROVAL if registered else CollaboratorStatus.AWAITING_REGISTRATION


def _refuse_long(emails: Sequence[str]) -> None:
    # A few letters are longer in lower case.
    problems = tuple(
        Problem(f"collaborators[{at}].email", "too_long", {"limit": EMAIL_LENGTH})
        for at, email in enumerate(emails)
        if len(email) > EMAIL_LENGTH
    )
    if problems:
        raise Invalid(problems)


def _refuse_repeated(emails: Sequence[str]) -> None:
    problems = tuple(
        Problem(f"collaborators[{at}].email", "duplicate_email", {"email": email})
        for at, email in enumerate(emails)
        if email in emails[:at]
    )
    if problems:
        raise Invalid(problems)


@transaction.atomic
def confirm_invitations(user_uuid: UUID) -> None:
    """Move the invitations of somebody who has registered and confirmed the mailbox on to `awaiting_approval`.

    Documents show that from the moment of the confirmation on; this tells those who ask what has changed.
    """
    # First the turn: whoever is inviting this user right now has committed then.
    moment = take_turn_with_positions()
    with connection.cursor() as cursor:
        cursor.execute(_CONFIRM, {"user": user_uuid, "moment": moment})


def on_mailbox_confirmed(*, user_uuid: UUID, **signal: object) -> None:
    """Receive `mailbox_confirmed`.

    The sender has locked the user, and whoever invites it has the turn already and may want to see the user: taking
    the turn inside the sender's transaction would be a deadlock.
    """
    transaction.on_commit(partial(confirm_invitations, user_uuid), robust=True)


@transaction.atomic
def answer_invitation(caller: Caller, position_id: UUID, *, accepted: bool) -> None:
    """Accept the caller's invitation to a position, or decline it, which ends the caller's access.

    Raises `NotFound` where there is none (its creator has none either), or where it was declined before.
    """
    moment = take_turn_with_positions()
    status = CollaboratorStatus.ACCEPTED if accepted else CollaboratorStatus.DECLINED
    with connection.cursor() as cursor:
        cursor.execute(
            _ANSWER,
            {"user": caller.user_uuid, "position": position_id, "moment": moment, "status": str(status)},
        )
        if cursor.rowcount == 0:
            raise NotFound("position", position_id)


@transaction.atomic
def accept_invitation(caller: Caller, position_id: UUID) -> JsonText:
    """Accept the caller's invitation; return the position as `view_position` does. Raises as `answer_invitation`."""
    answer_invitation(caller, position_id, accepted=True)
    return view_position(caller, position_id)


def listen_for_registrations() -> None:
    """Hear of everybody who registers."""
    mailbox_confirmed.connect(on_mailbox_confirmed, dispatch_uid="core.recruiting.collaborators")
