"""The Google backend of social-auth-core, over a `ProviderClient`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from social_core.backends.google import GoogleOAuth2

from providers.contracts import (
    CredentialsRefused,
    OAuthClient,
    ProviderMisconfigured,
    ScopeMissing,
)
from providers.oauth.provider_client import JsonAnswer, ProviderClient
from providers.oauth.social_auth import ProviderClientMixin, build_strategy

CLIENT_ERRORS = ("invalid_client", "unauthorized_client")
RATE_LIMITS = ("rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded")


class GoogleBackend(ProviderClientMixin, GoogleOAuth2[None]):
    """Calls Google's endpoints, and raises the errors of `providers` for 4xx responses."""

    # The URL in the library dates from 2012 and is deprecated.
    REFRESH_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - a URL

    def validate_email_verified(
        self,
        # Any: the library's own signature.
        response: Mapping[str, Any] | None,
        *,
        stage: Literal["user_info", "token_validation"] = "user_info",
    ) -> None:
        """Accept unverified e-mail addresses: `Identity.email_verified` is then False, and Happo links no account."""

    def raise_for_error(self, answer: JsonAnswer) -> None:
        code, reason = _read_error_code(answer.payload), _read_error_reason(answer.payload)
        if reason in RATE_LIMITS:
            raise self.provider_client.unavailable("rate-limited", answer)
        if code in CLIENT_ERRORS:
            raise ProviderMisconfigured(self.provider_client.provider, "client_secret")
        if code == "invalid_grant":
            raise CredentialsRefused(self.provider_client.provider, "revoked")
        if answer.status == 403:
            raise ScopeMissing(self.provider_client.provider, missing=frozenset({"openid"}))
        if answer.status in (400, 401) and answer.payload:
            raise CredentialsRefused(self.provider_client.provider)
        super().raise_for_error(answer)


def build_google_backend(
    provider_client: ProviderClient, client: OAuthClient | None = None
) -> GoogleBackend:
    """Build a backend that acts as `client`, one of the tenant's applications."""
    backend = GoogleBackend(build_strategy(client))
    backend.bind(provider_client)
    return backend


def _read_error_code(payload: Mapping[str, object]) -> object:
    """Return the code of an OAuth error (`"error": "invalid_grant"`) or API error (`"error": {"status": ...}`)."""
    error = payload.get("error")
    return error.get("status") if isinstance(error, dict) else error


def _read_error_reason(payload: Mapping[str, object]) -> object:
    """Return the first `reason` of an API error: a 403 may concern the quota, not the permissions."""
    error = payload.get("error")
    errors = error.get("errors") if isinstance(error, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    return first.get("reason") if isinstance(first, dict) else None
