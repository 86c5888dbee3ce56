"""Who is signed in to the console, and the sessions that a user sees."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings

from core.accounts.values import Caller


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The user of a session. `is_complete` is False while the second factor is still asked for.

    `reference`: the session among those of its user. `is_owner` and `is_staff`: rights, of which the owner has both.
    """

    user_id: int
    user_uuid: UUID
    email: str
    name: str
    is_owner: bool
    is_staff: bool
    is_complete: bool
    has_confirmed: bool
    reference: str

    def as_caller(self) -> Caller:
        """Return the caller that the services of the APIs know, with both scopes."""
        return Caller(
            user_id=self.user_id,
            user_uuid=self.user_uuid,
            email=self.email,
            credential_id=f"session {self.reference}",
            can_read=True,
            can_write=True,
            pinned_version=None,
            rate_per_second=settings.RATE_LIMIT_PER_SECOND,
            burst=settings.RATE_LIMIT_BURST,
        )


@dataclass(frozen=True, slots=True)
class StartedSession:
    """A new session. `token` is only here: the database has its hash. `is_complete`: see `SignedIn`."""

    token: str = field(repr=False)
    is_complete: bool


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session as its user sees it. `network`: the IPv4 address, or the first half of an IPv6 address."""

    reference: str
    created_at: datetime
    seen_at: datetime
    network: str
    browser: str
