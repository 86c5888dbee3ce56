"""Calls a provider, and converts whatever a faulty plugin does into an error of the contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from providers.contracts import (
    AuthContext,
    AuthProvider,
    CodeLogin,
    CodeRequest,
    Credentials,
    CredentialsRefused,
    Identity,
    ImapConsent,
    MailConsent,
    ProviderBroken,
    ProviderError,
)

T = TypeVar("T")


def verify_identity(
    provider: AuthProvider, *, credentials: Credentials, context: AuthContext
) -> Identity:
    """Return the identity that `credentials` prove.

    Raises only `ProviderError`: `CredentialsRefused` for credentials of another kind, and `ProviderBroken` for a plugin
    that raises another exception or returns the identity of another provider.
    """
    identity = _call(provider, lambda: provider.verify(credentials, context))
    return _require_identity(identity, provider=provider)


def make_login_url(provider: CodeLogin, *, request: CodeRequest, context: AuthContext) -> str:
    """Return the URL of the provider's page on which the user logs in. Raises only `ProviderError`."""
    url = _call(provider, lambda: provider.make_login_url(request, context))
    return _require_page(url, provider=provider)


def make_mail_url(
    provider: MailConsent | ImapConsent, *, request: CodeRequest, context: AuthContext
) -> str:
    """Return the URL of the provider's page on which the user lets mail be read. Raises only `ProviderError`."""
    url = _call(provider, lambda: provider.make_mail_url(request, context))
    return _require_page(url, provider=provider)


def verify_code(
    provider: CodeLogin, *, code: str, request: CodeRequest, context: AuthContext
) -> Identity:
    """Return the identity that an authorization code proves. Raises only `ProviderError`, as `verify_identity`."""
    identity = _call(provider, lambda: provider.verify_code(code, request, context))
    return _require_identity(identity, provider=provider)


def _require_page(url: object, *, provider: AuthProvider) -> str:
    # A browser is sent there: to a page of the web, not to a script.
    if not isinstance(url, str) or urlsplit(url).scheme not in ("https", "http"):
        raise ProviderBroken(provider.name, fault="a log-in URL that is none")
    return url


def _call(provider: AuthProvider, ask: Callable[[], T]) -> T:
    try:
        return ask()
    except ProviderError:
        raise
    except Exception as error:  # noqa: BLE001 - a third-party plugin may raise anything
        fault = type(error).__name__
    # Raised outside the `except`, without a context: the text of the plugin's exception may contain the token.
    raise ProviderBroken(provider.name, fault=fault)


def _require_identity(identity: Identity | None, *, provider: AuthProvider) -> Identity:
    if identity is None:
        raise CredentialsRefused(provider.name)
    if not isinstance(identity, Identity) or identity.provider != provider.name:
        raise ProviderBroken(provider.name, fault="identity of another provider")
    return identity
