"""A user's mail at a provider: its tokens open it, over an API (`MailAccess`) or over IMAP (`ImapAccess`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from providers.context import AuthContext
from providers.contracts.logins import AuthProvider
from providers.values import CodeRequest, Grant, MailGrant


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
