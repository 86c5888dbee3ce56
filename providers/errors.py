"""What a provider may raise. Errors carry facts, never a token, a password or a URL that contains one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RefusalReason = Literal["invalid", "expired", "revoked", "wrong-audience", "missing-scope"]
OutageReason = Literal[
    "connection",
    "timeout",
    "tls",
    "status",
    "rate-limited",
    "malformed",
    "too-large",
    # Of servers that a mailbox's owner named.
    "unknown-host",
    "forbidden",
]
ConnectReason = Literal["connection", "timeout", "tls", "too-large", "unknown-host", "forbidden"]


class ProviderError(Exception):
    """Base class of all that a provider may raise; never raised itself."""

    provider: str

    def __str__(self) -> str:
        return repr(self)


@dataclass(eq=False)
class CredentialsRefused(ProviderError):
    """The provider understood the credentials and rejected them; retrying with the same ones is useless."""

    provider: str
    reason: RefusalReason = "invalid"


@dataclass(eq=False)
class WrongAudience(CredentialsRefused):
    """The token is valid, but was issued to an application of another tenant or company.

    `audience`: the client id that the provider issued it to, if known.
    """

    reason: RefusalReason = "wrong-audience"
    audience: str | None = None


@dataclass(eq=False)
class ScopeMissing(CredentialsRefused):
    """The token was issued to this tenant, but the user did not grant the scopes in `missing`."""

    reason: RefusalReason = "missing-scope"
    missing: frozenset[str] = frozenset()


@dataclass(eq=False)
class ProviderUnavailable(ProviderError):
    """The provider gave no usable response. The credentials may be valid; try again later.

    `status`: the HTTP status, if a response arrived. `retry_after`: seconds, as the provider asked (RFC 9110,
    Retry-After).
    """

    provider: str
    reason: OutageReason
    status: int | None = None
    retry_after: float | None = None


@dataclass(eq=False)
class ProviderMisconfigured(ProviderError):
    """This tenant's settings for the provider are missing, or the provider rejects them; an operator has to act.

    `setting`: the name of the setting: `clients`, `client_secret`, or an option of the plugin; `closed` where it is one
    of the account's own administrator, who lets no application in.
    """

    provider: str
    setting: str


@dataclass(eq=False)
class ProviderBroken(ProviderError):
    """The plugin broke its contract: it raised an unexpected exception or returned a wrong value.

    `fault`: the type of the exception, or a short description; never the text of the exception, which may contain a
    secret.
    """

    provider: str
    fault: str


@dataclass(eq=False)
class CursorExpired(ProviderError):
    """The mailbox can't resume from this cursor any more: it has to be fetched from the start, with None."""

    provider: str


@dataclass(eq=False)
class HttpFailure(Exception):
    """No complete response arrived from `url_host`. The URL itself is left out, because it may contain a token."""

    reason: OutageReason
    url_host: str

    def __str__(self) -> str:
        return repr(self)


@dataclass(eq=False)
class ConnectFailure(Exception):
    """No verified connection to `host` came about, or it ended before what was asked of it.

    `forbidden`: all of its addresses are in networks that Happo does not connect to, or the port is another service's.
    `unknown-host`: it has no address. `too-large`: more came than may come.
    """

    reason: ConnectReason
    host: str

    def __str__(self) -> str:
        return repr(self)
