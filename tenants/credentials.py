"""The readable tenant part of a credential. It only routes: the secret is checked inside the tenant's schema."""

from core.accounts.secrets import prefix_of
from tenants.context import TenantRef

_LIVE, _TEST = "hpk_live_", "hpk_test_"


def key_prefix(tenant: TenantRef) -> str:
    """Return what the tenant's API keys start with: `hpk_live_acme`, a sandbox's `hpk_test_acme`."""
    return (_TEST if tenant.is_sandbox else _LIVE) + tenant.slug


def slug_of_key(key: str) -> str | None:
    """Return the slug that a well-formed API key names, or None; no query is made."""
    prefix = prefix_of(key)
    if prefix is None or not prefix.startswith((_LIVE, _TEST)):
        return None
    return prefix[len(_LIVE) :]
