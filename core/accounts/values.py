"""Who is asking."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Caller:
    """A user and the credential that speaks for it."""

    user_id: int
    user_uuid: UUID
    email: str
    credential_id: str
    can_read: bool
    can_write: bool
    pinned_version: str | None
    rate_per_second: int
    burst: int
    expires_at: datetime | None = None

    @property
    def email_domain(self) -> str:
        """The part behind the @, in lower case."""
        return self.email.rpartition("@")[2]
