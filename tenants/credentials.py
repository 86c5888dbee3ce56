"""The readable tenant part of a credential. It only selects the tenant: its schema holds the hash of the secret."""

import re

from core.accounts.oauth.tokens import TokenPrefixes
from core.accounts.secrets import prefix_of
from tenants.context import TenantRef

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_LIVE, _TEST = "hpk_live_", "hpk_test_"
_CLIENT, _ACCESS, _REFRESH = "hpc_", "hpa_", "hpr_"


def key_prefix(tenant: TenantRef) -> str:
    """Return what the tenant's API keys start with: `hpk_live_acme`, a sandbox's `hpk_test_acme`."""
    return (_TEST if tenant.is_sandbox else _LIVE) + tenant.slug


def slug_of_key(key: str) -> str | None:
    """Return the slug that a well-formed API key names, or None; no query is made."""
    prefix = prefix_of(key)
    if prefix is None or not prefix.startswith((_LIVE, _TEST)):
        return None
    return _as_slug(prefix[len(_LIVE) :])


def client_prefix(tenant: TenantRef) -> str:
    """Return what the ids of the tenant's OAuth clients start with: `hpc_acme`."""
    return _CLIENT + tenant.slug


def token_prefixes(tenant: TenantRef) -> TokenPrefixes:
    """Return what the tenant's tokens start with: `hpa_acme` and `hpr_acme`."""
    return TokenPrefixes(access=_ACCESS + tenant.slug, refresh=_REFRESH + tenant.slug)


def slug_of_client(client_id: str) -> str | None:
    """Return the slug that a well-formed OAuth client id names, or None; no query is made."""
    return _slug_after(_CLIENT, client_id)


def slug_of_access_token(token: str) -> str | None:
    """Return the slug that a well-formed access token names, or None; no query is made."""
    return _slug_after(_ACCESS, token)


def _slug_after(kind: str, credential: str) -> str | None:
    prefix = prefix_of(credential)
    return _as_slug(prefix[len(kind) :]) if prefix is not None and prefix.startswith(kind) else None


def _as_slug(text: str) -> str | None:
    # A client can forge a credential with a valid checksum; the slug in it is used in queries and caches.
    return text if SLUG.fullmatch(text) else None
