"""The mail that invites a collaborator, with a link to the page on which the invitation is accepted or declined.

The link is good for one answer, for `LINK_LIFE`, and only as long as no newer mail was sent and the invitation stands.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.core import signing
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from core import outgoing_mail
from core.jobs import task
from core.one_line import to_one_line
from core.outgoing_mail import MailDelayed, MailRefused
from core.recruiting.models import Collaborator
from core.sql import fetch_row

PAGE: Final = "/invitation"
LINK_LIFE: Final = timedelta(days=14)
_SALT: Final = "happo.invitation"
_MAX_SHOWN_CHARACTERS: Final = 100
# What a collaborator of each type does.
ROLES: Final = {
    "admin": "manage the position",
    "client": "see its candidates",
    "supplier": "send candidates",
}
_WAITING: Final = """
    SELECT c.id FROM recruiting_collaborator c
     WHERE c.position_id = %(position)s AND c.mail_state = 'waiting' ORDER BY c.ordinal, c.id
"""
# What a person wrote is shown to the invited one only if that person has proven an address: else a stranger could send
# any text to any address.
_LOCK: Final = """
    SELECT c.id, c.mail_number, c.type, invited.email,
           inviter.first_name, inviter.last_name, inviter.email AS inviter_email, p.title,
           inviter.uuid IS NOT NULL AS is_proven
      FROM recruiting_collaborator c
      JOIN accounts_user invited ON invited.uuid = c.user_id
      JOIN recruiting_position p ON p.id = c.position_id
      LEFT JOIN accounts_user inviter
        ON inviter.uuid = c.invited_by AND inviter.is_active
       AND inviter.email_confirmed_at IS NOT NULL
     WHERE c.id = %(collaborator)s AND c.mail_state = 'waiting'
       AND c.status IN ('awaiting_registration', 'awaiting_approval')
       AND p.archived_at IS NULL AND p.deleted_at IS NULL
       FOR UPDATE OF c SKIP LOCKED
"""


@task("recruiting.send_invitations", in_transaction=False)
def send_invitations(*, position_id: str) -> str:
    """Send the mails that wait for one position; return how many, for the job's record.

    Each is sent and noted in a transaction of its own: what is interrupted is sent again, at most once. Raises
    `MailDelayed` at the end where a mail couldn't be sent yet, so that the job is tried again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"position": UUID(position_id)})
        waiting = [id for (id,) in cursor.fetchall()]
    delayed = [failure for id in waiting if (failure := _send(id)) is not None]
    if delayed:
        raise delayed[0]
    return f"{len(waiting)} invitations"


def make_token(collaborator_id: int, *, mail_number: int, email: str) -> str:
    """Return the token of a link: signed, for one row of a collaborator, one mail and one address."""
    return signing.dumps([collaborator_id, mail_number, digest_address(email)], salt=_SALT)


def read_token(token: str) -> tuple[int, int, str]:
    """Return (id of the collaborator, number of the mail, digest of the address) of a token.

    Raises `signing.SignatureExpired`, `signing.BadSignature`.
    """
    collaborator_id, mail_number, digest = signing.loads(token, salt=_SALT, max_age=LINK_LIFE)
    return collaborator_id, mail_number, digest


def digest_address(email: str) -> str:
    """Return what a token holds of an address."""
    return sha256(email.encode()).hexdigest()[:32]


@transaction.atomic
def _send(collaborator_id: int) -> MailDelayed | None:
    found = fetch_row(_LOCK, {"collaborator": collaborator_id})
    if found is None:
        # Withdrawn or answered meanwhile, or another worker sends it.
        return None
    id, number, type_, email, first_name, last_name, inviter_email, title, is_proven = found
    token = make_token(id, mail_number=number, email=email)
    inviter = _shorten(f"{first_name} {last_name}".strip() or inviter_email) if is_proven else ""
    facts = {
        "inviter": inviter,
        "inviter_email": inviter_email if is_proven and inviter != inviter_email else "",
        "title": _shorten(title) if is_proven else "",
        "role": ROLES[type_],
        "link": outgoing_mail.make_link(PAGE, token),
        "days": LINK_LIFE.days,
    }
    subject = f"{inviter} invites you" if inviter else "You are invited"
    subject = f"{subject}: {facts['title']}" if facts["title"] else f"{subject} to a position"
    try:
        outgoing_mail.deliver(
            to=email,
            subject=subject,
            text=render_to_string("recruiting/invitation.txt", facts),
            html=render_to_string("recruiting/invitation.html", facts),
        )
    except MailRefused as refused:
        _note(id, state="refused", reply=refused.reply)
    except MailDelayed as delayed:
        _note(id, state="waiting", reply=delayed.reply)
        return delayed
    else:
        _note(id, state="sent", reply="")
    return None


def _note(collaborator_id: int, *, state: str, reply: str) -> None:
    Collaborator.objects.filter(id=collaborator_id).update(
        mail_state=state, mail_reply=reply, mailed_at=timezone.now()
    )


def _shorten(text: str) -> str:
    line = to_one_line(text).strip()
    return line if len(line) <= _MAX_SHOWN_CHARACTERS else f"{line[: _MAX_SHOWN_CHARACTERS - 1]}…"
