"""What a provider may use of the outside world: values that the caller passes in. A provider uses nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Literal, Protocol, TypeVar
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, ValidationError

from providers.errors import ConnectFailure, ProviderMisconfigured
from providers.foreign_json import parse_json
from providers.kept_documents import KeptDocuments
from providers.values import Grant

Options = TypeVar("Options", bound=BaseModel)
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """A complete HTTP response. `headers`: names in lower case. `body`: bytes as sent, without a content encoding."""

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS)
    body: bytes = b""

    def json(self) -> object:
        """Return the parsed JSON body. Raises `ValueError` if it is not JSON, not UTF-8, or nested too deeply."""
        return parse_json(self.body)


class HttpClient(Protocol):
    """Sends one request and returns the whole response, whatever its status.

    The client limits the seconds to connect, between two reads and for the whole exchange, and the bytes of the
    response. It keeps no cookies and follows no redirects: it returns a 3xx response as it is. `params` go into
    the query, `form` is sent as `application/x-www-form-urlencoded`. `answer_bytes` limits the response to less than
    the client does. Raises `HttpFailure` if no complete response arrived.
    """

    def request(
        self,
        method: Literal["GET", "POST", "DELETE"],
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        answer_bytes: int | None = None,
    ) -> HttpAnswer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """One application that the tenant registered at the provider (RFC 6749, section 2.2).

    `secret` is None for public clients, such as mobile applications.
    """

    id: str
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """What this tenant's operator set for one provider.

    `base_url` replaces the scheme and host of each URL of the provider, so that a test server can stand in for it.
    `options`: those of the plugin's own, as text by their names (`providers.options`); read them with `read_options`.
    """

    clients: tuple[OAuthClient, ...] = ()
    base_url: str | None = None
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @property
    def client_ids(self) -> frozenset[str]:
        return frozenset(client.id for client in self.clients)

    def read_options(self, model: type[Options], *, provider: str) -> Options:
        """Return the options as the plugin's model has them.

        Raises `ProviderMisconfigured` with the name of one that is missing, or that this release refuses.
        """
        try:
            return model.model_validate_strings(dict(self.options))
        except ValidationError as error:
            place = error.errors(include_input=False, include_context=False)[0]["loc"]
        # Raised outside the `except`: the text of the ValidationError contains values.
        raise ProviderMisconfigured(provider, str(place[0]) if place else "options")

    def resolve_url(self, url: str) -> str:
        """Return `url`, or the same path and query under `base_url` if that is set."""
        if not self.base_url:
            return url
        parts, base = urlsplit(url), urlsplit(self.base_url)
        return urlunsplit(
            (base.scheme, base.netloc, base.path.rstrip("/") + parts.path, parts.query, "")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account whose password was correct. `subject`: its key, which never changes."""

    subject: str
    email: str | None = None
    email_verified: bool = False
    first_name: str = ""
    last_name: str = ""


class PasswordCheck(Protocol):
    """Returns the account, or None. An unknown user takes as long as a wrong password."""

    def __call__(self, username: str, password: str) -> Account | None: ...


def reject_every_password(username: str, password: str) -> Account | None:
    """Return None: the password check of a context without accounts."""
    return None


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthContext:
    """What an auth provider may use: its settings for this tenant, the network, the password check, the clock (UTC).

    `documents`: what the provider publishes for every application alike, kept between log-ins.
    """

    http: HttpClient
    settings: ProviderSettings = field(default_factory=ProviderSettings)
    check_password: PasswordCheck = reject_every_password
    now: Callable[[], datetime] = utc_now
    documents: KeptDocuments = field(default_factory=KeptDocuments, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSearch:
    """Which mail the tenant's sources claim, so that a mailbox looks for nothing else.

    All as in `MailSource`: `senders` has addresses, domains that stand for their subdomains too, and beginnings of
    addresses with a star (`notification@careersat*`); `headers` has names with a text that their values hold; `phrases`
    stand in subject or body, for mailboxes that can't search a header. A mailbox may bring more than this: Happo keeps
    only what a source claims. Where all three are empty there is nothing to fetch.
    """

    senders: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    phrases: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.senders or self.headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The server that the mailbox's owner named, and the log-in there.

    `password` is None where the grant opens it (XOAUTH2). `folders`: the names of those to read as the owner sees
    them, () for the mailbox's own choice.
    """

    host: str
    port: int
    username: str
    password: str | None = field(default=None, repr=False)
    folders: tuple[str, ...] = ()


class Connection(Protocol):
    """A connection whose time and bytes are limited. Each method but `close` raises `ConnectFailure`, which closes it.

    It limits the seconds for each read and write, for the whole of what comes after something was sent, and for its
    life; and the bytes that may come after something was sent, and in all.
    """

    def start_tls(self) -> None:
        """Encrypt a connection that was opened without TLS; its certificate is verified against the host's name."""
        ...

    def send(self, content: bytes) -> None: ...

    def read(self, size: int) -> bytes:
        """Return so many bytes, no fewer."""
        ...

    def read_line(self, limit: int) -> bytes:
        """Return a line with its line feed. A longer one than `limit` bytes is a failure, `too-large`."""
        ...

    def close(self) -> None: ...


class Connector(Protocol):
    """Opens a connection to the server that a mailbox's owner named; a mailbox opens no other.

    The connector resolves the host once, refuses addresses in private networks (an operator may allow some), connects
    to an address that it has checked, and verifies the certificate against the host's name. `tls`: False for a
    protocol that begins in plain text (STARTTLS); call `start_tls` before anything secret is sent. `seconds`: how long
    the connection may live, from this call on, where that is less than the connector's own limit. The caller closes the
    connection. Raises `ConnectFailure`.
    """

    def __call__(
        self, host: str, port: int, *, tls: bool = True, seconds: float | None = None
    ) -> Connection: ...


def refuse_to_connect(
    host: str, port: int, *, tls: bool = True, seconds: float | None = None
) -> Connection:
    """Raise `ConnectFailure`: the connector of a context without one."""
    raise ConnectFailure("forbidden", host)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxContext:
    """What a mailbox may use: the network, what to look for, the owner's log-in, the clock (UTC).

    `grant`: fresh; Happo refreshes it, not the mailbox. `server`: for mailboxes whose owner names a server. `sleep`
    takes seconds; a mailbox waits with nothing else. `deadline`: by when the fetch should have ended; the mailbox
    raises `ProviderUnavailable` with `retry_after` rather than wait beyond it.
    """

    http: HttpClient
    search: MailSearch = field(default_factory=MailSearch)
    grant: Grant | None = None
    server: MailServer | None = None
    settings: ProviderSettings = field(default_factory=ProviderSettings)
    connect: Connector = refuse_to_connect
    now: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep
    deadline: datetime | None = None

    def has_time_for(self, seconds: float) -> bool:
        """Tell whether the deadline is further away than that."""
        return self.deadline is None or self.now() + timedelta(seconds=seconds) < self.deadline
