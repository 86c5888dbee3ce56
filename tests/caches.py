"""The callers that both APIs have cached, for tests that change credentials behind their back."""

from api_v1.happo import auth as happo_auth
from api_v1.jobhax import auth as jobhax_auth
from api_v1.throttling import anonymous, clients
from core.accounts.logins.limits import logins
from tenants.audit.flooding import failures


def clear_caller_caches() -> None:
    """Make this process look up every caller and every pinned version again, and fill its local buckets."""
    for buckets in (logins, anonymous, clients, failures):
        buckets.clear()
    for cache in (
        happo_auth.api_keys.callers,
        jobhax_auth.access_tokens.callers,
        jobhax_auth._pinned_versions,
    ):
        cache.clear()
