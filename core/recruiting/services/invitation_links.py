"""Answer an invitation by the link in its mail: with an account, or making one first.

The link proves its user's mailbox. So an account that another person has made with that address, without ever proving
it, is taken over: its password, sessions, linked accounts and names are replaced.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.core import signing
from django.db import transaction

from core.accounts.logins.earlier_access import end_earlier_access
from core.accounts.models import User
from core.accounts.new_accounts import NewAccount, hash_new_password, store_new_account
from core.accounts.sessions.services import end_all_sessions
from core.errors import Invalid
from core.one_line import to_one_line
from core.recruiting.models import Collaborator
from core.recruiting.services.change_times import lock_change_clock
from core.recruiting.services.collaborators import answer_locked
from core.recruiting.services.invitation_mail import digest_address, read_token

_OPEN: Final = ("awaiting_registration", "awaiting_approval")


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation as its page shows it. `needs_account`: its address has no account that was ever proven."""

    email: str
    title: str
    type: str
    inviter: str
    needs_account: bool


def read_invitation(token: str) -> OpenInvitation:
    """Return the invitation of a link.

    Raises `Invalid` for a link that is too old (`link_expired`), and for one that is forged, was answered, withdrawn or
    sent again, or whose position is gone (`bad_link`).
    """
    row = _require_row(token)
    return OpenInvitation(
        email=row.user.email,
        title=row.position.title,
        type=row.type,
        inviter=_name_inviter(row.invited_by),
        needs_account=_needs_account(row.user),
    )


def accept_by_link(token: str, *, account: NewAccount | None = None) -> None:
    """Accept the invitation of a link; with `account`, for an address without one.

    Raises as `read_invitation` and `hash_new_password`; `Invalid` (`required`) of `password` where an account is needed
    and none is given. Call it outside of a transaction.
    """
    row = _require_row(token)
    hashed = _hash_password(row.user, account) if _needs_account(row.user) else ""
    with transaction.atomic():
        changed_at = lock_change_clock()
        row = _require_row(token, lock=True)
        user = User.objects.select_for_update().get(id=row.user.id)
        if _needs_account(user):
            if account is None or not hashed:
                raise Invalid.one("password", "required")
            _make_account(user, account, hashed=hashed)
        answer_locked(
            user.uuid, row.position_id, accepted=True, changed_at=changed_at, by_link=True
        )


def decline_by_link(token: str) -> None:
    """Decline the invitation of a link, for which no account is needed; raise as `read_invitation`."""
    with transaction.atomic():
        changed_at = lock_change_clock()
        row = _require_row(token, lock=True)
        answer_locked(
            row.user_id, row.position_id, accepted=False, changed_at=changed_at, by_link=True
        )


def _require_row(token: str, *, lock: bool = False) -> Collaborator:
    try:
        collaborator_id, mail_number, digest = read_token(token)
    except signing.SignatureExpired:
        raise Invalid.one("token", "link_expired") from None
    except (signing.BadSignature, ValueError, TypeError):
        raise Invalid.one("token", "bad_link") from None
    rows = Collaborator.objects.select_related("user", "position")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(
        id=collaborator_id,
        mail_number=mail_number,
        status__in=_OPEN,
        position__archived_at=None,
        position__deleted_at=None,
        user__is_active=True,
    ).first()
    if row is None or digest_address(row.user.email) != digest:
        raise Invalid.one("token", "bad_link")
    return row


def _needs_account(user: User) -> bool:
    return not user.is_registered or user.email_confirmed_at is None


def _hash_password(user: User, account: NewAccount | None) -> str:
    if account is None:
        raise Invalid.one("password", "required")
    return hash_new_password(account, user=user)


def _make_account(user: User, account: NewAccount, *, hashed: str) -> None:
    end_all_sessions(user)
    end_earlier_access(user, was_registered=user.is_registered)
    # A name of an unproven account may be another user's; this person logs in with the address.
    user.username = None
    store_new_account(user, account, hashed=hashed)


def _name_inviter(uuid: UUID | None) -> str:
    """Return the name of a user who has proven an address; "" for others, who may have written any text there."""
    user = User.objects.filter(uuid=uuid, is_active=True).first() if uuid is not None else None
    if user is None or user.email_confirmed_at is None:
        return ""
    return to_one_line(f"{user.first_name} {user.last_name}").strip() or user.email
