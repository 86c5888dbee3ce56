"""What a provider may raise: facts only, and never a token, a password or an address with one in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RefusalReason = Literal["invalid", "expired", "revoked", "wrong-audience", "missing-scope"]
OutageReason = Literal[
    "connection", "timeout", "tls", "status", "rate-limited", "malformed", "too-large"
]


class ProviderError(Exception):
    """Base of all that a provider may raise; never raised itself."""

    provider: str

    def __str__(self) -> str:
        return repr(self)


@dataclass(eq=False)
class CredentialsRefused(ProviderError):
    """The credentials were understood and prove nothing (any more); asking again with the same ones is useless."""

    provider: str
    reason: RefusalReason = "invalid"


@dataclass(eq=False)
class WrongAudience(CredentialsRefused):
    """The token is real, and was issued to an application that is none of this tenant's."""

    reason: RefusalReason = "wrong-audience"
    audience: str | None = None


@dataclass(eq=False)
class ScopeMissing(CredentialsRefused):
    """The token is this tenant's, and its owner didn't grant what it is needed for."""

    reason: RefusalReason = "missing-scope"
    missing: frozenset[str] = frozenset()


@dataclass(eq=False)
class ProviderUnavailable(ProviderError):
    """The provider gave no usable answer: nothing is known about the credentials, try again later.

    `status`: the HTTP status where there was one. `retry_after`: seconds the provider asked to wait.
    """

    provider: str
    reason: OutageReason
    status: int | None = None
    retry_after: float | None = None


@dataclass(eq=False)
class ProviderMisconfigured(ProviderError):
    """The tenant's own settings for this provider are missing or refused by it; an operator has to act.

    `setting`: which one, e.g. `clients`, `client_secret`.
    """

    provider: str
    setting: str


@dataclass(eq=False)
class ProviderBroken(ProviderError):
    """The provider's code broke its contract: it raised what it may not, or answered with the wrong thing.

    `fault`: the type of the exception or a few words; never its text, which may hold a secret.
    """

    provider: str
    fault: str


@dataclass(eq=False)
class HttpFailure(Exception):
    """No complete answer came back from `url_host`. The address itself is left out: it may carry a token."""

    reason: OutageReason
    url_host: str

    def __str__(self) -> str:
        return repr(self)
