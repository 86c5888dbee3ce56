"""People who are asked to work on something, by e-mail, whether they are known yet or not."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.hashers import make_password

from core.accounts.models import User


@dataclass(frozen=True, slots=True)
class InvitedUser:
    """Who an e-mail belongs to; `is_registered` is False for placeholders and for mailboxes without proof."""

    uuid: UUID
    is_registered: bool


def invite_users(emails: Collection[str]) -> dict[str, InvitedUser]:
    """Return the user of each e-mail (lower case), in at most three statements; unknown ones become placeholders."""
    users = _known(emails)
    missing = sorted(set(emails) - set(users))
    if missing:
        placeholders = [User(email=email, password=make_password(None)) for email in missing]
        # Another request may have been faster.
        User.objects.bulk_create(placeholders, ignore_conflicts=True)
        users |= _known(missing)
    return users


def _known(emails: Collection[str]) -> dict[str, InvitedUser]:
    users = User.objects.filter(email__in=emails).values_list(
        "email", "uuid", "is_registered", "email_confirmed_at"
    )
    return {
        email: InvitedUser(uuid, is_registered=is_registered and confirmed_at is not None)
        for email, uuid, is_registered, confirmed_at in users
    }
