"""All that a provider may touch of the outside: it is handed in, so nothing else is reached."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal, Protocol
from urllib.parse import urlsplit, urlunsplit

from providers.values import Grant

NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """A complete answer. `headers`: names in lower case. `body`: as sent, without any content encoding."""

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: NO_OPTIONS)
    body: bytes = b""

    def json(self) -> object:
        """Return the body as JSON; ValueError where it is none (wrong UTF-8 and too deep nesting included)."""
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


class HttpClient(Protocol):
    """Sends one request and returns the whole answer, whatever its status.

    It sets connect and read time-outs and a limit for the whole exchange, caps the size of the answer, keeps
    no cookies and follows no redirects (an answer of 3xx comes back as it is). Raises `HttpFailure` when no
    complete answer came.
    """

    def request(
        self,
        method: Literal["GET", "POST", "DELETE"],
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """One application that the tenant registered at the provider.

    `secret` is None for mobile applications.
    """

    id: str
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """What this tenant's operator set for one provider.

    `base_url` replaces scheme and host of all addresses of the provider: how a stand-in plays the other side.
    """

    clients: tuple[OAuthClient, ...] = ()
    base_url: str | None = None
    options: Mapping[str, str] = field(default_factory=lambda: NO_OPTIONS)

    @property
    def client_ids(self) -> frozenset[str]:
        return frozenset(client.id for client in self.clients)

    def address(self, url: str) -> str:
        """Return `url`, or the same path and query under `base_url` where there is one."""
        if not self.base_url:
            return url
        parts, base = urlsplit(url), urlsplit(self.base_url)
        return urlunsplit(
            (base.scheme, base.netloc, base.path.rstrip("/") + parts.path, parts.query, "")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account whose password was right. `subject`: its stable key, as text."""

    subject: str
    email: str | None = None
    email_verified: bool = False
    first_name: str = ""
    last_name: str = ""


class PasswordCheck(Protocol):
    """Returns the account, or None; takes as long for an unknown user as for a wrong password."""

    def __call__(self, username: str, password: str) -> Account | None: ...


def refuse_every_password(username: str, password: str) -> Account | None:
    """The password check of a context that has none."""
    return None


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthContext:
    """What an auth provider may touch: this tenant's settings for it, the network, the password check, the clock."""

    http: HttpClient
    settings: ProviderSettings = field(default_factory=ProviderSettings)
    check_password: PasswordCheck = refuse_every_password
    now: Callable[[], datetime] = utc_now


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxContext:
    """What a mailbox may touch: this tenant's settings for it, the network, the owner's grant, the clock."""

    http: HttpClient
    grant: Grant | None = None
    settings: ProviderSettings = field(default_factory=ProviderSettings)
    now: Callable[[], datetime] = utc_now
