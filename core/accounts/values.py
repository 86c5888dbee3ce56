"""The caller of a request, and what its credential may do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol
from uuid import UUID

Scope = Literal["read", "write"]
BOTH_SCOPES: Final[tuple[Scope, ...]] = ("read", "write")


class Scoped(Protocol):
    """A credential that may read, write, or both: a caller, an API key."""

    @property
    def can_read(self) -> bool: ...

    @property
    def can_write(self) -> bool: ...


def scopes_of(credential: Scoped) -> list[Scope]:
    """Return the scopes of a credential, `read` first."""
    allowed = {"read": credential.can_read, "write": credential.can_write}
    return [scope for scope in BOTH_SCOPES if allowed[scope]]


@dataclass(frozen=True, slots=True)
class Caller:
    """A user and the credential (API key or access token) that authenticated the request.

    `credential_id` names its rate limit, of which `rate_per_second` and `burst` are the token bucket's;
    `pinned_version` answers requests without a version header; `expires_at` is None for a key that never expires;
    `client_id` is that of the OAuth client with the access token, None for a key.
    """

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
    client_id: str | None = None

    @property
    def email_domain(self) -> str:
        """The part after the @, in lower case: A-labels, save for a user whom a migration left an older spelling."""
        return self.email.rpartition("@")[2]
