"""Who a user is: what proves it, and what a provider says of the person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from providers.context import AuthContext
from providers.values import CodeRequest, Credentials, Identity


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
class ProfileAccess(AuthProvider, Protocol):
    """An auth provider that can also fetch the user's profile."""

    def fetch_profile(self, token: str, context: AuthContext) -> Mapping[str, object]:
        """Return the profile as a JSON object, in the provider's own format. Raises as `verify`."""
        ...
