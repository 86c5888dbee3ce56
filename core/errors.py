"""What can go wrong in the domain: one tree, facts only. Words and statuses live at the edge, one mapping per API."""

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
    """One thing wrong with one field.

    `field`: the path as the client wrote it (`candidates[3].email`), "" for the request as a whole.
    `code`: one of `api_v1.problems.SENTENCES`, e.g. `required`, `too_long`, `not_one_of`, `unknown_attachment`.
    `facts`: what the sentence needs, e.g. `{"limit": 300}`; secrets and the rejected value itself stay out.
    """

    field: str
    code: str
    facts: Mapping[str, Fact] = dataclasses.field(default_factory=lambda: NO_FACTS)


class DomainError(Exception):
    """Base of all; never raised itself."""


@dataclass(eq=False)
class NotFound(DomainError):
    """There is no such thing, or the caller may not see it: nobody can tell which. `kind`: `position`, `note`, ..."""

    kind: str
    id: UUID | int | str | None = None


@dataclass(eq=False)
class Forbidden(DomainError):
    """The caller sees the thing and may not do this to it. `action` is a verb: `update`, `create candidates of`."""

    action: str
    kind: str


@dataclass(eq=False)
class Invalid(DomainError):
    """The request asks for something that can't be. At least one problem, the most telling first."""

    problems: tuple[Problem, ...]

    def __post_init__(self) -> None:
        if not self.problems:
            raise ValueError("Invalid needs at least one Problem")

    @classmethod
    def one(cls, field: str, code: str, **facts: Fact) -> Invalid:
        """The usual case: `raise Invalid.one("attachmentIds[0]", "unknown_attachment", id=str(id))`."""
        return cls((Problem(field, code, facts),))


@dataclass(eq=False)
class Conflict(DomainError):
    """It clashes with what is there. `kind`: `email`, `username`, `idempotency_key`, ...; `reason` in a few words."""

    kind: str
    reason: str = "is already in use"


AuthenticationFailure = Literal["missing", "malformed", "wrong", "expired"]


@dataclass(eq=False)
class Unauthenticated(DomainError):
    """Nobody is proven to be asking. `reason` may be shown only for `missing`: the rest must look the same."""

    reason: AuthenticationFailure = "wrong"


class ReadOnlyCredential(DomainError):
    """The credential has no write scope."""


class WriteOnlyCredential(DomainError):
    """The credential has no read scope."""


class TenantSuspended(DomainError):
    """The operator has suspended the tenant."""


@dataclass(eq=False)
class TooLarge(DomainError):
    """More than `limit` bytes were sent."""

    limit: int


@dataclass(eq=False)
class RateLimited(DomainError):
    """Too often. It makes sense to try again after `retry_after`."""

    retry_after: timedelta


@dataclass(eq=False)
class ProviderDown(DomainError):
    """A service outside (`google`, `linkedin`, `storage`) did not answer; nothing was stored, trying again is fine."""

    provider: str


class DatabaseDown(DomainError):
    """The database did not answer."""


# The errors of logging in and of linked accounts: JobHax has a documented code for each.


class WrongPassword(DomainError):
    """The log-in is unknown or its password is wrong: nobody can tell which."""


class PasswordsDiffer(DomainError):
    """The password and its repetition are not the same."""


@dataclass(eq=False)
class WeakPassword(DomainError):
    """The password is refused by the rules; `reasons` are the rules' own sentences."""

    reasons: tuple[str, ...]


class UsernameTaken(DomainError):
    """Another user has that user name."""


class EmailTaken(DomainError):
    """Another user has that e-mail address, in whatever case."""


class WrongClient(DomainError):
    """The OAuth client id is unknown or its secret is wrong: nobody can tell which."""


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
    """The new token for reading mail is dead, lacks the scope, or belongs to another application or account."""


class MailTokenExpired(DomainError):
    """The stored token for reading mail is known to be dead: a fresh one is needed."""
