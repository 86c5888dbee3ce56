"""social-auth-core's Google backend on a context."""

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
from providers.oauth.provider_client import Asker, JsonAnswer
from providers.oauth.social_auth import OverContext, bare_strategy

CLIENT_ERRORS = ("invalid_client", "unauthorized_client")
RATE_LIMITS = ("rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded")


class GoogleBackend(OverContext, GoogleOAuth2[None]):
    """Asks Google; answers of 4xx become errors of our contract."""

    # The address in the library is of 2012 and on its way out.
    REFRESH_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address

    def validate_email_verified(
        self,
        # Any: the library's own signature.
        response: Mapping[str, Any] | None,
        *,
        stage: Literal["user_info", "token_validation"] = "user_info",
    ) -> None:
        """Let unverified e-mails pass: `Identity.email_verified` says so, and an unverified one links to nothing."""

    def refuse(self, answer: JsonAnswer) -> None:
        code, reason = _error_code(answer.document), _error_reason(answer.document)
        if reason in RATE_LIMITS:
            raise self.asker.unavailable("rate-limited", answer)
        if code in CLIENT_ERRORS:
            raise ProviderMisconfigured(self.asker.provider, "client_secret")
        if code == "invalid_grant":
            raise CredentialsRefused(self.asker.provider, "revoked")
        if answer.status == 403:
            raise ScopeMissing(self.asker.provider, missing=frozenset({"openid"}))
        if answer.status in (400, 401) and answer.document:
            raise CredentialsRefused(self.asker.provider)
        super().refuse(answer)


def google_backend(asker: Asker, client: OAuthClient | None = None) -> GoogleBackend:
    """Return a backend that speaks for `client`, one of the tenant's applications."""
    backend = GoogleBackend(bare_strategy(client))
    backend.bind(asker)
    return backend


def _error_code(document: Mapping[str, object]) -> object:
    """Tell the code of either kind of error: `"error": "invalid_grant"` or `"error": {"status": ...}`."""
    error = document.get("error")
    return error.get("status") if isinstance(error, dict) else error


def _error_reason(document: Mapping[str, object]) -> object:
    """Tell the first `reason` of an API error: a 403 may be a matter of quota, not of rights."""
    error = document.get("error")
    errors = error.get("errors") if isinstance(error, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    return first.get("reason") if isinstance(first, dict) else None
