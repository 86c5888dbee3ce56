"""The people on a position: invited by e-mail, confirmed by registering, decided by themselves."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from core.accounts.events import mailbox_confirmed
from core.accounts.invitations import invite_users
from core.accounts.values import Caller
from core.errors import Invalid, NotFound, Problem
from core.json_text import JsonText
from core.recruiting.access import invites
from core.recruiting.models import Collaborator, CollaboratorStatus
from core.recruiting.queries.positions import view_position
from core.recruiting.services.change_times import take_turn_with_positions
from core.recruiting.tombstones import remember_lost
from core.recruiting.values import Invitation
from providers.limits import MAX_EMAIL_CHARACTERS

MAX_COLLABORATORS: Final = 100

# One millisecond for each position, as for any other change of several rows. An archived one keeps its time: whom it
# is gone for would be told so again, and restoring it shows the new status to all.
_CONFIRM: Final = """
    WITH confirmed AS (
        UPDATE recruiting_collaborator SET status = 'awaiting_approval'
         WHERE user_id = %(user)s AND status = 'awaiting_registration' RETURNING position_id
    ), numbered AS (
        SELECT position_id, row_number() OVER (ORDER BY position_id) - 1 AS nth FROM confirmed
    )
    UPDATE recruiting_position p SET updated_at = %(moment)s + numbered.nth * interval '1 ms'
      FROM numbered WHERE p.id = numbered.position_id AND p.archived_at IS NULL AND p.deleted_at IS NULL
"""
# Who comes (back) isn't among the collaborators yet; who stays keeps the tombstone of having declined.
_REPLACE: Final = f"""
    WITH removed AS (
        DELETE FROM recruiting_collaborator
         WHERE position_id = %(position)s AND user_id <> ALL (%(users)s::uuid[])
     RETURNING position_id, user_id, status
    ), found_again AS (
        DELETE FROM recruiting_lostposition l
         WHERE l.position_id = %(position)s AND l.user_id = ANY (%(users)s::uuid[]) AND NOT EXISTS (
               SELECT FROM recruiting_collaborator c
                WHERE c.position_id = l.position_id AND c.user_id = l.user_id)
    ){remember_lost("removed")}
"""
_ANSWER: Final = f"""
    WITH answered AS (
        UPDATE recruiting_collaborator c SET status = %(status)s
          FROM recruiting_collaborator before
         WHERE before.id = c.id AND c.user_id = %(user)s AND c.position_id = %(position)s AND {invites("c")}
     RETURNING c.position_id, c.user_id, before.status, c.status AS answer
    ), declined AS (
        SELECT * FROM answered WHERE answer = 'declined'
    ), lost AS ({remember_lost("declined")}
    )
    UPDATE recruiting_position p SET updated_at = %(moment)s FROM answered
     WHERE p.id = answered.position_id AND p.archived_at IS NULL AND p.deleted_at IS NULL
"""


def set_collaborators(
    position_id: UUID, invitations: Sequence[Invitation], *, moment: datetime
) -> None:
    """Make these the position's collaborators, in this order; who stays keeps id and status.

    Who is left out lost the position at `moment`, the time of this change.

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
    with connection.cursor() as cursor:
        cursor.execute(_REPLACE, {"position": position_id, "users": remaining, "moment": moment})
    Collaborator.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["position", "user"],
        update_fields=["type", "ordinal"],
    )


def _first_status(*, registered: bool) -> str:
    return (
        CollaboratorStatus.AWAITING_APPROVAL
        if registered
        else CollaboratorStatus.AWAITING_REGISTRATION
    )


def _refuse_long(emails: Sequence[str]) -> None:
    # A few letters are longer in lower case.
    problems = tuple(
        Problem(f"collaborators[{at}].email", "too_long", {"limit": MAX_EMAIL_CHARACTERS})
        for at, email in enumerate(emails)
        if len(email) > MAX_EMAIL_CHARACTERS
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
            {
                "user": caller.user_uuid,
                "position": position_id,
                "moment": moment,
                "status": str(status),
            },
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
