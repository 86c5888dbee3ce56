"""Invite people by e-mail address, whether they have an account or not."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.hashers import make_password

from core.accounts.models import User


@dataclass(frozen=True, slots=True)
class InvitedUser:
    """The user of an e-mail address. `is_registered` is False for placeholders and for unconfirmed addresses."""

    uuid: UUID
    is_registered: bool


def invite_users(emails: Collection[str]) -> dict[str, InvitedUser]:
    """Return the user of each e-mail address, in at most three statements; unknown addresses get a placeholder user.

    `emails`: as they are stored (`addresses.clean_email`).
    """
    users = _find_users(emails)
    missing = sorted(set(emails) - set(users))
    if missing:
        placeholders = [User(email=email, password=make_password(None)) for email in missing]
        # A concurrent request may have created some of them.
        User.objects.bulk_create(placeholders, ignore_conflicts=True)
        users |= _find_users(missing)
    return users


def _find_users(emails: Collection[str]) -> dict[str, InvitedUser]:
    users = User.objects.filter(email__in=emails).values_list(
        "email", "uuid", "is_registered", "email_confirmed_at"
    )
    return {
        email: InvitedUser(uuid, is_registered=is_registered and confirmed_at is not None)
        for email, uuid, is_registered, confirmed_at in users
    }
