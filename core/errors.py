"""Errors of the domain: one tree, facts only. Their sentences are in `core.messages`; each API has its statuses."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Literal
from uuid import UUID

Fact = str | int | float | bool | None | tuple[str, ...]
NO_FACTS: Mapping[str, Fact] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of one field.

    `field`: the path as the client wrote it (`candidates[3].email`), "" for the request as a whole.
    `code`: one of `core.messages.PROBLEMS`, e.g. `required`, `too_long`, `not_one_of`, `unknown_attachment`.
    `facts`: what the sentence needs, e.g. `{"limit": 300}`; secrets and the rejected value itself stay out.
    """

    field: str
    code: str
    facts: Mapping[str, Fact] = dataclasses.field(default_factory=lambda: NO_FACTS)


class DomainError(Exception):
    """Base of all; never raised itself."""

    def __str__(self) -> str:
        # The facts, for logs and tracebacks; `core.messages` has the sentences for people.
        return repr(self)


@dataclass(eq=False)
class NotFound(DomainError):
    """The object does not exist, or the caller may not see it: the response is the same. `kind`: `position`, ..."""

    kind: str
    id: UUID | int | str | None = None


@dataclass(eq=False)
class Forbidden(DomainError):
    """The caller may see the object but not do this to it. `action` is a verb: `update`, `create candidates of`."""

    action: str
    kind: str


@dataclass(eq=False)
class Invalid(DomainError):
    """The values of a request are wrong. At least one problem, the most important first."""

    problems: tuple[Problem, ...]

    def __post_init__(self) -> None:
        if not self.problems:
            raise ValueError("Invalid needs at least one Problem")

    @classmethod
    def one(cls, field: str, code: str, **facts: Fact) -> Invalid:
        """Return an error with one problem: `raise Invalid.one("title", "too_long", limit=300)`."""
        return cls((Problem(field, code, facts),))


@dataclass(eq=False)
class Conflict(DomainError):
    """The request conflicts with the stored state. `kind`: `status`, `idempotency_key`, ...

    `reason`: the end of a sentence that begins with the kind, e.g. `was used for another request`.
    """

    kind: str
    reason: str = "is already in use"


@dataclass(eq=False)
class PositionArchived(DomainError):
    """The position is archived, which the caller may see; nothing in it can be changed until it is restored."""

    position_id: UUID


@dataclass(eq=False)
class IdempotencyKeyReused(Conflict):
    """The idempotency key was used for a request with another meaning."""

    kind: str = "idempotency_key"
    reason: str = "was used for another request"


AuthenticationFailure = Literal["missing", "malformed", "wrong", "expired"]


@dataclass(eq=False)
class Unauthenticated(DomainError):
    """The caller is not authenticated. The response may differ for the reason `missing`, but not for the others."""

    reason: AuthenticationFailure = "wrong"


class ReadOnlyCredential(DomainError):
    """The credential has no write scope."""


class WriteOnlyCredential(DomainError):
    """The credential has no read scope."""


class TenantSuspended(DomainError):
    """The operator has suspended the tenant."""


@dataclass(eq=False)
class TooLarge(DomainError):
    """The body of the request, or the file in it, has more than `limit` bytes."""

    limit: int
    subject: Literal["body", "file"] = "body"


@dataclass(eq=False)
class RateLimited(DomainError):
    """The caller has sent too many requests; it may try again after `retry_after`."""

    retry_after: timedelta


@dataclass(eq=False)
class QuotaExceeded(DomainError):
    """The tenant has used up `quota`, a name of `core.quotas.values`: it may have at most `limit`.

    That lasts until it deletes something or the operator raises the limit.
    """

    quota: str
    limit: int


@dataclass(eq=False)
class QuotaUsedUpForNow(QuotaExceeded):
    """The tenant has used up a quota of which time gives back; it may try again after `retry_after`."""

    retry_after: timedelta


@dataclass(eq=False)
class ProviderDown(DomainError):
    """An external service (`google`, `linkedin`, `storage`) did not answer; nothing was stored, a retry is safe."""

    provider: str


class DatabaseDown(DomainError):
    """The database did not answer."""


@dataclass(eq=False)
class Overloaded(DomainError):
    """This process has no capacity for the request at the moment; it may be sent again after `retry_after`."""

    retry_after: timedelta


class TenantBusy(DomainError):
    """The tenant's requests take long and hold all the threads that they may; later there is room again."""


class SchemaOutdated(DatabaseDown):
    """The tenant's tables lack what this code needs, until an operator has migrated them."""


# Errors of log-ins and of linked accounts: the JobHax API has a documented code for each.


class WrongPassword(DomainError):
    """The user name is unknown or its password is wrong: the response is the same."""


class PasswordsDiffer(DomainError):
    """The password and its repetition are not the same."""


@dataclass(eq=False)
class WeakPassword(DomainError):
    """The password breaks rules; `reasons` are the sentences of those rules, each with its full stop."""

    reasons: tuple[str, ...]


class UsernameTaken(DomainError):
    """Another user has that user name."""


class EmailTaken(DomainError):
    """Another user has that e-mail address; case makes no difference."""


class WrongClient(DomainError):
    """The OAuth client id is unknown or its secret is wrong: the response is the same."""


@dataclass(eq=False)
class TokenRefused(DomainError):
    """A social or refresh token is not accepted. `kind`: `social`, `refresh`."""

    kind: Literal["social", "refresh"]


class ForeignToken(DomainError):
    """The token to log out was not issued to this client."""


@dataclass(eq=False)
class IdentityMissing(DomainError):
    """The user has no linked account of that `provider`."""

    provider: str


class MailTokenRefused(DomainError):
    """The new token for reading mail has expired, lacks the scope, or belongs to another application or account."""


class MailTokenExpired(DomainError):
    """The stored token for reading mail has expired: the user has to send a new one."""


class MailboxRefused(DomainError):
    """The mailbox no longer accepts its log-in: the user has to connect it again."""
