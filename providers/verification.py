"""Calls a provider, and converts whatever a faulty plugin does into an error of the contract."""

from __future__ import annotations

from providers.contracts import (
    AuthContext,
    AuthProvider,
    Credentials,
    CredentialsRefused,
    Identity,
    ProviderBroken,
    ProviderError,
)


def verify_identity(
    provider: AuthProvider, *, credentials: Credentials, context: AuthContext
) -> Identity:
    """Return the identity that `credentials` prove.

    Raises only `ProviderError`: `CredentialsRefused` for credentials of another kind, and `ProviderBroken` for a plugin
    that raises another exception or returns the identity of another provider.
    """
    try:
        identity = provider.verify(credentials, context)
    except ProviderError:
        raise
    except Exception as error:  # noqa: BLE001 - a third-party plugin may raise anything
        fault = type(error).__name__
    else:
        return _require_identity(identity, provider=provider)
    # Raised outside the `except`, without a context: the text of the plugin's exception may contain the token.
    raise ProviderBroken(provider.name, fault=fault)


def _require_identity(identity: Identity | None, *, provider: AuthProvider) -> Identity:
    if identity is None:
        raise CredentialsRefused(provider.name)
    if not isinstance(identity, Identity) or identity.provider != provider.name:
        raise ProviderBroken(provider.name, fault="identity of another provider")
    return identity
