"""Asks a provider, and turns whatever a faulty plugin does into an error of the contract."""

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
    """Return whom `credentials` prove.

    Raises only `ProviderError`: credentials of another kind are refused, and what a plugin may not do
    (raise something else, answer with another provider's identity) is `ProviderBroken`.
    """
    try:
        identity = provider.verify(credentials, context)
    except ProviderError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a stranger's plugin raises
        fault = type(error).__name__
    else:
        return _checked(provider, identity)
    # Raised out here, without a context: the text of a stranger's exception may hold the token.
    raise ProviderBroken(provider.name, fault=fault)


def _checked(provider: AuthProvider, identity: Identity | None) -> Identity:
    if identity is None:
        raise CredentialsRefused(provider.name)
    if not isinstance(identity, Identity) or identity.provider != provider.name:
        raise ProviderBroken(provider.name, fault="identity of somebody else")
    return identity
