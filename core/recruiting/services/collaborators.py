"""The collaborators of a position: invited by e-mail, confirmed by registering, accepting or declining."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from core.accounts.addresses import clean_email
from core.accounts.events import mailbox_confirmed
from core.accounts.invitations import invite_users
from core.accounts.values import Caller
from core.audit import record
from core.errors import Invalid, NotFound, Problem
from core.jobs import enqueue
from core.json_text import JsonText
from core.recruiting.access import ROLE_IN_POSITION, invites, refuse_archived
from core.recruiting.models import Collaborator
from core.recruiting.queries.positions import view_position
from core.recruiting.services.change_times import lock_change_clock
from core.recruiting.services.invitation_mail import send_invitations
from core.recruiting.shapes import PositionShape
from core.recruiting.tombstones import insert_tombstones
from core.recruiting.values import Invitation
from core.recruiting.vocabulary import CollaboratorStatus
from core.sql import fetch_row

MAX_COLLABORATORS: Final = 100

# One millisecond for each position, as for any other change of several rows. An archived one keeps its time: otherwise
# clients would get its tombstone again. After a restore all clients get the new status.
_CONFIRM: Final = """
    WITH confirmed AS (
        UPDATE recruiting_collaborator SET status = 'awaiting_approval'
         WHERE user_id = %(user)s AND status = 'awaiting_registration' RETURNING position_id
    ), numbered AS (
        SELECT position_id, row_number() OVER (ORDER BY position_id) - 1 AS nth FROM confirmed
    )
    UPDATE recruiting_position p SET updated_at = %(changed_at)s + numbered.nth * interval '1 ms'
      FROM numbered WHERE p.id = numbered.position_id AND p.archived_at IS NULL
        AND p.deleted_at IS NULL
"""
# A tombstone is deleted when its user is invited again: such a user is no collaborator yet. A collaborator who stays
# keeps the tombstone of having declined.
_REPLACE: Final = f"""
    WITH removed AS (
        DELETE FROM recruiting_collaborator
         WHERE position_id = %(position)s AND user_id <> ALL (%(users)s::uuid[])
     RETURNING position_id, user_id, status
    ), invited_again AS (
        DELETE FROM recruiting_lostposition t
         WHERE t.position_id = %(position)s AND t.user_id = ANY (%(users)s::uuid[]) AND NOT EXISTS (
               SELECT FROM recruiting_collaborator c
                WHERE c.position_id = t.position_id AND c.user_id = t.user_id)
    ){insert_tombstones("removed")}
"""


def _answer_statement(condition: str) -> str:
    """Return the statement for an answer to an invitation `c` that meets the condition; no row where there is none."""
    return f"""
        WITH answered AS (
            UPDATE recruiting_collaborator c SET status = %(status)s
              FROM recruiting_collaborator before
             WHERE before.id = c.id AND c.user_id = %(user)s AND c.position_id = %(position)s
               AND {condition}
         RETURNING c.position_id, c.user_id, before.status, c.status AS answer
        ), declined AS (
            SELECT * FROM answered WHERE answer = 'declined'
        ), lost AS ({insert_tombstones("declined")}
        ), changed AS (
            UPDATE recruiting_position p SET updated_at = %(changed_at)s FROM answered
             WHERE p.id = answered.position_id AND answered.status <> answered.answer
               AND p.archived_at IS NULL AND p.deleted_at IS NULL
        )
        SELECT FROM answered JOIN recruiting_position p ON p.id = answered.position_id
         WHERE p.archived_at IS NULL AND p.deleted_at IS NULL
    """


_ANSWER: Final = _answer_statement(invites("c"))
# A link in a mail proves the mailbox, even if another person has registered with its address.
_ANSWER_BY_LINK: Final = _answer_statement("c.status <> 'declined'")
_ARCHIVED_TO_ADMIN: Final = f"""
    WITH access AS ({ROLE_IN_POSITION})
    SELECT access.archived_at FROM access WHERE access.role = 'admin'
"""


def set_collaborators(
    position_id: UUID,
    invitations: Sequence[Invitation],
    *,
    changed_at: datetime,
    invited_by: UUID,
    is_new: bool = False,
) -> bool:
    """Make these the position's collaborators, in this order; those who stay keep id and status.

    Return whether that changed one of them, or their order. `is_new`: the position has none yet. Those who weren't
    there before are sent a mail with a link, in which the user `invited_by` invites them.

    Those who are left out lose the position at `changed_at`, the time of this change. Raises `Invalid` for an e-mail
    that is given twice (however it is written) or too long. The caller of this function has locked the position.
    """
    rows = _make_rows(position_id, invitations, invited_by=invited_by)
    stored = [] if is_new else list(_list_collaborators(position_id))
    if not is_new and [_facts_of(row) for row in rows] == [_facts_of(row) for row in stored]:
        return False
    remaining = [row.user_id for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            _REPLACE, {"position": position_id, "users": remaining, "changed_at": changed_at}
        )
    Collaborator.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["position", "user"],
        update_fields=["type", "ordinal"],
    )
    if set(remaining) - {invited_by, *(row.user_id for row in stored)}:
        enqueue(send_invitations, key=str(position_id), position_id=position_id)
    return True


def _make_rows(
    position_id: UUID, invitations: Sequence[Invitation], *, invited_by: UUID
) -> list[Collaborator]:
    """Return the rows of these invitations, not stored yet; an unknown address gets a placeholder user."""
    emails = [
        clean_email(invitation.email, field=f"collaborators[{at}].email")
        for at, invitation in enumerate(invitations)
    ]
    _refuse_repeated(emails)
    users = invite_users(emails)
    return [
        Collaborator(
            position_id=position_id,
            user_id=users[email].uuid,
            type=invitation.type,
            status=_choose_first_status(registered=users[email].is_registered),
            ordinal=ordinal,
            invited_by=invited_by,
            # A user who enters the user's own address needs no link.
            mail_state=None if users[email].uuid == invited_by else "waiting",
            mail_number=1,
        )
        for ordinal, (email, invitation) in enumerate(zip(emails, invitations, strict=True))
    ]


def _list_collaborators(position_id: UUID) -> QuerySet[Collaborator]:
    return Collaborator.objects.filter(position_id=position_id).order_by("ordinal")


def _facts_of(row: Collaborator) -> tuple[UUID, str, int]:
    return row.user_id, row.type, row.ordinal


def remove_collaborator(position_id: UUID, user_uuid: UUID, *, changed_at: datetime) -> None:
    """Withdraw one invitation: the user loses the position at `changed_at`, as one who is left out of a new list.

    The caller of this function has locked the position. Raises `NotFound`.
    """
    rows = list(_list_collaborators(position_id))
    remaining = [row.user_id for row in rows if row.user_id != user_uuid]
    if len(remaining) == len(rows):
        raise NotFound("invitation")
    with connection.cursor() as cursor:
        cursor.execute(
            _REPLACE, {"position": position_id, "users": remaining, "changed_at": changed_at}
        )


def _choose_first_status(*, registered: bool) -> CollaboratorStatus:
    return "awaiting_approval" if registered else "awaiting_registration"


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
    """Set the invitations of a user who has registered and confirmed the mailbox to `awaiting_approval`.

    Positions show that status from the confirmation on; this change lets clients that sync learn of it.
    """
    # The lock first: a request that is inviting this user right now has committed once it is held.
    changed_at = lock_change_clock()
    with connection.cursor() as cursor:
        cursor.execute(_CONFIRM, {"user": user_uuid, "changed_at": changed_at})


def on_mailbox_confirmed(*, user_uuid: UUID, **signal: object) -> None:
    """Receive `mailbox_confirmed`.

    The sender has locked the user. A request that invites the user holds the lock of the change clock and may wait for
    the user. So waiting for that lock inside the sender's transaction would be a deadlock.
    """
    transaction.on_commit(partial(confirm_invitations, user_uuid), robust=True)


def answer_invitation(caller: Caller, position_id: UUID, *, accepted: bool) -> None:
    """Accept the caller's invitation to a position, or decline it, which ends the caller's access.

    Raises `NotFound` if there is none (its creator has none either), or if it was declined before; `PositionArchived`
    for an admin, to whom an archived position is shown.
    """
    try:
        with transaction.atomic():
            answer_locked(
                caller.user_uuid,
                position_id,
                accepted=accepted,
                changed_at=lock_change_clock(),
            )
    except NotFound:
        # The answer is rolled back, so that the caller's role is what it was.
        _refuse_archived_to_admin(caller, position_id)
        raise


def answer_locked(
    user_uuid: UUID,
    position_id: UUID,
    *,
    accepted: bool,
    changed_at: datetime,
    by_link: bool = False,
) -> None:
    """Store the answer of a user; raise `NotFound` where there is no invitation to answer.

    `changed_at`: of `lock_change_clock`, in this transaction. `by_link`: the user has a link that was mailed.
    """
    status: CollaboratorStatus = "accepted" if accepted else "declined"
    with connection.cursor() as cursor:
        cursor.execute(
            _ANSWER_BY_LINK if by_link else _ANSWER,
            {
                "user": user_uuid,
                "position": position_id,
                "changed_at": changed_at,
                "status": status,
            },
        )
        if cursor.rowcount == 0:
            raise NotFound("position", position_id)
    record("invitation.accept" if accepted else "invitation.decline", position_id)


def _refuse_archived_to_admin(caller: Caller, position_id: UUID) -> None:
    row = fetch_row(_ARCHIVED_TO_ADMIN, {"user": caller.user_uuid, "position": position_id})
    refuse_archived(position_id, archived_at=row[0] if row is not None else None)


@transaction.atomic
def accept_invitation(caller: Caller, position_id: UUID, *, shape: PositionShape) -> JsonText:
    """Accept the caller's invitation; return the position as `view_position` does. Raises as `answer_invitation`."""
    answer_invitation(caller, position_id, accepted=True)
    return view_position(caller, position_id, shape=shape)


def listen_for_registrations() -> None:
    """Connect `on_mailbox_confirmed` to the signal `mailbox_confirmed`."""
    mailbox_confirmed.connect(on_mailbox_confirmed, dispatch_uid="core.recruiting.collaborators")
