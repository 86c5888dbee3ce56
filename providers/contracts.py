"""What a plugin may register. None means "not mine"; a `ProviderError` means "mine, and wrong".

This module also exports every value, context and error of `providers`, so that a plugin imports from one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

from providers.context import (
    Account,
    AuthContext,
    Connection,
    Connector,
    HttpAnswer,
    HttpClient,
    MailboxContext,
    MailSearch,
    MailServer,
    OAuthClient,
    PasswordCheck,
    ProviderSettings,
)
from providers.errors import (
    ConnectFailure,
    CredentialsRefused,
    CursorExpired,
    HttpFailure,
    ProviderBroken,
    ProviderError,
    ProviderMisconfigured,
    ProviderUnavailable,
    ScopeMissing,
    WrongAudience,
)
from providers.kept_documents import KeptDocuments
from providers.messages import (
    Evidence,
    EvidencePlace,
    Fetched,
    FetchedMail,
    MailEvent,
    MailFolder,
    Message,
    Sender,
    Trust,
)
from providers.values import (
    CodeRequest,
    Credentials,
    Grant,
    Identity,
    MailGrant,
    PasswordCredentials,
    TokenCredentials,
)

__all__ = [
    "Account",
    "AuthContext",
    "AuthProvider",
    "CodeLogin",
    "CodeRequest",
    "ConnectFailure",
    "Connection",
    "Connector",
    "Credentials",
    "CredentialsRefused",
    "CursorExpired",
    "Evidence",
    "EvidencePlace",
    "Fetched",
    "FetchedMail",
    "Grant",
    "HttpAnswer",
    "HttpClient",
    "HttpFailure",
    "Identity",
    "ImapAccess",
    "ImapConsent",
    "KeptDocuments",
    "MailAccess",
    "MailEvent",
    "MailFolder",
    "MailGrant",
    "MailSearch",
    "MailServer",
    "MailSource",
    "Mailbox",
    "MailboxContext",
    "MailboxLogin",
    "MailboxOfAccount",
    "Message",
    "OAuthClient",
    "PasswordCheck",
    "PasswordCredentials",
    "ProfileAccess",
    "ProviderBroken",
    "ProviderError",
    "ProviderMisconfigured",
    "ProviderSettings",
    "ProviderUnavailable",
    "ScopeMissing",
    "Sender",
    "TokenCredentials",
    "Trust",
    "WrongAudience",
]


@runtime_checkable
class AuthProvider(Protocol):
    """Verifies who a user is. `name` is what clients send as `provider`, e.g. `google-oauth2`.

    Like a mailbox, it may have an `options_model`: the settings that it needs of an operator (`providers.options`). One
    whose tokens say nothing of their user has `logs_in = False`, and its `verify` returns None.
    """

    @property
    def name(self) -> str: ...

    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        """Return the identity that the credentials prove; None if this provider does not accept their kind.

        Raises `CredentialsRefused` (or a subclass), `ProviderUnavailable` or `ProviderMisconfigured`.
        """
        ...


@runtime_checkable
class CodeLogin(AuthProvider, Protocol):
    """An auth provider that users can log in with in a browser, by the authorization-code flow (RFC 6749, section 4.1).

    `label`: what people call it, at most 100 characters: the console's button says "Continue with <label>". Since
    version 1.1 of the contracts.
    """

    @property
    def label(self) -> str: ...

    def make_login_url(self, request: CodeRequest, context: AuthContext) -> str:
        """Return the URL of the provider's page on which the user logs in and consents.

        It carries `request.state`, and the nonce and the code challenge where the provider supports them. Raises
        `ProviderMisconfigured`, and `ProviderUnavailable` where the address has to be discovered first.
        """
        ...

    def verify_code(self, code: str, request: CodeRequest, context: AuthContext) -> Identity:
        """Return the identity that the authorization code proves; `request` is the one that the browser left with.

        Raises as `verify`; `CredentialsRefused` too where the code was used before, has expired, belongs to another
        application, `redirect_uri` or verifier, or where its ID token has another nonce or audience.
        """
        ...


@runtime_checkable
class MailAccess(AuthProvider, Protocol):
    """An auth provider whose tokens can also open the user's mail."""

    def verify_mail_access(self, token: str, context: AuthContext) -> MailGrant:
        """Return the mail account that `token` opens. Raises as `verify`; `ScopeMissing` if it may not read mail."""
        ...

    def exchange_code(self, code: str, redirect_uri: str, context: AuthContext) -> Grant:
        """Exchange an authorization code for a grant (RFC 6749, section 4.1.3), which has a refresh token.

        Raises as `verify`; `CredentialsRefused` if the code was used before, has expired, or belongs to another
        application or `redirect_uri`.
        """
        ...

    def refresh_access(self, grant: Grant, context: AuthContext) -> Grant:
        """Exchange the refresh token of `grant` for a new grant (RFC 6749, section 6).

        Raises as `verify`; `CredentialsRefused` if the refresh token is missing or no longer valid, so that the user
        has to consent again.
        """
        ...


@runtime_checkable
class MailConsent(MailAccess, Protocol):
    """A `MailAccess` at whose page a user of the console's browser lets Happo read mail. Since version 1.1."""

    def make_mail_url(self, request: CodeRequest, context: AuthContext) -> str:
        """Return the URL of the provider's page on which the user consents to reading mail until it is revoked.

        It carries `request.state`, and the code challenge where the provider supports it. Raises as `make_login_url`.
        """
        ...

    def redeem_mail_code(self, code: str, request: CodeRequest, context: AuthContext) -> Grant:
        """Exchange the code that the browser brought back, as `exchange_code`, with the verifier of `request`."""
        ...


@runtime_checkable
class ImapAccess(AuthProvider, Protocol):
    """An auth provider whose tokens open the user's mail over IMAP (XOAUTH2). Since version 1.2.

    `imap_hosts`: the names of its servers, in lower case. Its tokens are sent to no other server.
    """

    @property
    def imap_hosts(self) -> Sequence[str]: ...

    def exchange_code(self, code: str, redirect_uri: str, context: AuthContext) -> Grant:
        """Exchange an authorization code for a grant with the scope for IMAP; as `MailAccess.exchange_code`."""
        ...

    def refresh_access(self, grant: Grant, context: AuthContext) -> Grant:
        """Exchange the refresh token of `grant` for a new grant; as `MailAccess.refresh_access`."""
        ...


@runtime_checkable
class ImapConsent(ImapAccess, Protocol):
    """An `ImapAccess` at whose page a user of the console's browser lets Happo read mail. Since version 1.2.

    `label`: what people call the mailboxes there, at most 100 characters. The first of `imap_hosts` serves them all.
    """

    @property
    def label(self) -> str: ...

    def make_mail_url(self, request: CodeRequest, context: AuthContext) -> str:
        """Return the URL of the provider's page; as `MailConsent.make_mail_url`."""
        ...

    def redeem_imap_code(self, code: str, request: CodeRequest, context: AuthContext) -> MailGrant:
        """Exchange the code that the browser brought back; `email` is the user name at the server.

        Raises as `exchange_code`; `CredentialsRefused` too where the code is of another visit than `request`.
        """
        ...


@runtime_checkable
class ProfileAccess(AuthProvider, Protocol):
    """An auth provider that can also fetch the user's profile."""

    def fetch_profile(self, token: str, context: AuthContext) -> Mapping[str, object]:
        """Return the profile as a JSON object, in the provider's own format. Raises as `verify`."""
        ...


@runtime_checkable
class MailSource(Protocol):
    """Reads the mail of one job board or applicant system. No I/O.

    `senders`: lower-case addresses, or domains which stand for their subdomains too; with a star at its end, the
    beginning of an address (`notification@careersat*`). `headers`: pairs of a header's name and a text that its value
    holds, whatever the case. Both are for systems that send from the employers' own domains; anybody can write a
    header, or register such a domain, so mail that is claimed by these alone moves no application that another sender
    started. `search`: phrases that its mail shows in subject or body, for mailboxes that can't search a header. A
    source may also have a `label`: what people call the board, at most 100 characters; without it they see its name.
    """

    @property
    def name(self) -> str: ...

    @property
    def senders(self) -> Sequence[str]: ...

    @property
    def headers(self) -> Sequence[tuple[str, str]]: ...

    @property
    def search(self) -> Sequence[str]: ...

    def matches(self, message: Message) -> bool:
        """Tell whether `parse` should read it; asked only for mail that `senders` or `headers` claim."""
        ...

    def parse(self, message: Message) -> list[MailEvent]:
        """Return the events that the mail reports, [] for none, 100 at most. An exception means "mine, and wrong"."""
        ...


@runtime_checkable
class Mailbox(Protocol):
    """Fetches a user's mail."""

    @property
    def name(self) -> str: ...

    def fetch(self, cursor: str | None, context: MailboxContext) -> Iterator[Fetched]:
        """Yield the mails since `cursor` (None: from the start), in pieces that fit in memory.

        Each piece carries the cursor that resumes after it; the last one comes even if it is empty. A mail that was
        deleted meanwhile is left out; one that can't be fetched, whatever is tried, comes with a reason and stops
        nothing. Nothing in the mailbox changes, not even that a mail was read.

        Raises `CredentialsRefused` (or a subclass) where the owner has to connect the mailbox again, `CursorExpired`,
        `ProviderUnavailable` after some attempts with growing pauses, `ProviderMisconfigured`; the pieces yielded
        before remain valid.
        """
        ...


@runtime_checkable
class MailboxOfAccount(Mailbox, Protocol):
    """A mailbox that an account at an auth provider opens; its owner connects it with an authorization code.

    `account_provider`: the name of the provider, which implements `MailAccess`; its grant comes in `context.grant`.
    """

    @property
    def account_provider(self) -> str: ...


@runtime_checkable
class MailboxLogin(Mailbox, Protocol):
    """A mailbox on a server that its owner names: the log-in is tried before Happo stores it.

    The log-in is a password, or at a server of an `ImapAccess` its token, which comes in `context.grant`.
    """

    def check_login(self, context: MailboxContext) -> None:
        """Log in to `context.server`, and look whether the folders named there exist; change and read nothing.

        Raises as `fetch`; `ProviderMisconfigured` with the setting `folders` where one of them doesn't exist.
        """
        ...
