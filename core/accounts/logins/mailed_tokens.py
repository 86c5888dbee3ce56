"""The tokens of links in mail: signed, valid for some time, and only while the account is as it was.

Nothing is stored for them: what a token allows also changes the state that it is bound to, so that it works once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.core import signing

from core.accounts.models import User
from core.errors import Invalid


@dataclass(frozen=True, slots=True)
class TokenKind:
    """What a token is for. `read_state` returns what must not change between the mail and the use of the token."""

    salt: str
    life: timedelta
    read_state: Callable[[User], str]

    def make(self, user: User) -> str:
        """Return a token for the user: at most 300 characters that need no escape in a URL."""
        return signing.dumps([str(user.uuid), self._digest(user)], salt=self.salt)

    def require_user(self, token: str, *, for_update: bool = False) -> User:
        """Return the user of a token, with `for_update` locked.

        Raises `Invalid` for a token that is expired (`link_expired`), and for one that is forged, used, of an earlier
        address or of a user who may not log in (`bad_link`).
        """
        try:
            uuid, digest = signing.loads(token, salt=self.salt, max_age=self.life)
        except signing.SignatureExpired:
            raise Invalid.one("token", "link_expired") from None
        except signing.BadSignature:
            raise Invalid.one("token", "bad_link") from None
        users = User.objects.select_for_update(no_key=True) if for_update else User.objects.all()
        user = users.filter(uuid=UUID(uuid), is_registered=True, is_active=True).first()
        if user is None or self._digest(user) != digest:
            raise Invalid.one("token", "bad_link")
        return user

    def _digest(self, user: User) -> str:
        return sha256(self.read_state(user).encode()).hexdigest()[:32]


CONFIRMATION: Final = TokenKind(
    "happo.confirm-mailbox", timedelta(days=3), lambda user: str(user.email)
)
# A new password, a new address and a confirmation end it. The hash of a password has a random salt: its digest tells
# nothing.
PASSWORD_RESET: Final = TokenKind(
    "happo.reset-password",
    timedelta(hours=2),
    lambda user: f"{user.email}:{user.password}:{user.email_confirmed_at}",
)
