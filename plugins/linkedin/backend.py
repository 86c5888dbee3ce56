"""The two LinkedIn backends of social-auth-core (OpenID Connect, and the API before it), over a `ProviderClient`."""

from __future__ import annotations

from typing import Any

from social_core.backends.linkedin import LinkedinOAuth2, LinkedinOpenIdConnect

from providers.contracts import CredentialsRefused, ProviderMisconfigured, ScopeMissing
from providers.errors import RefusalReason
from providers.oauth.provider_client import JsonAnswer, ProviderClient
from providers.oauth.social_auth import ProviderClientMixin, build_strategy

REASONS: dict[object, RefusalReason] = {65601: "revoked", 65602: "expired"}


class LinkedinErrorMixin(ProviderClientMixin):
    """Raises the errors of `providers` for LinkedIn's 4xx responses."""

    # The scope that a token lacks if this backend's endpoints respond with 403.
    needed_scope = "openid"

    def raise_for_error(self, answer: JsonAnswer) -> None:
        if answer.payload.get("error") in ("invalid_client", "unauthorized_client"):
            raise ProviderMisconfigured(self.provider_client.provider, "client_secret")
        if answer.status == 403:
            raise ScopeMissing(
                self.provider_client.provider, missing=frozenset({self.needed_scope})
            )
        if answer.status in (400, 401) and answer.payload:
            reason = REASONS.get(answer.payload.get("serviceErrorCode"), "invalid")
            raise CredentialsRefused(self.provider_client.provider, reason)
        super().raise_for_error(answer)


class LinkedinOpenId(LinkedinErrorMixin, LinkedinOpenIdConnect[None]):
    """For applications with "Sign In with LinkedIn using OpenID Connect", the only such product since August 2023."""

    # Fixed here, so that the backend does not fetch LinkedIn's discovery document first.
    USERINFO_URL = "https://api.linkedin.com/v2/userinfo"

    # Any: the library's own signature.
    def validate_userinfo_sub(self, userinfo: dict[str, Any] | None) -> dict[str, Any] | None:
        """Accept the response: there is no ID token to compare it with, and LinkedIn has introspected the token."""
        return userinfo


class LinkedinLegacy(LinkedinErrorMixin, LinkedinOAuth2[None]):
    """For applications with the scope `r_liteprofile`, which LinkedIn no longer grants to new ones."""

    needed_scope = "r_liteprofile"
    # Without a projection LinkedIn returns all fields that the token's scopes allow.
    USER_DETAILS_URL = "https://api.linkedin.com/v2/me"


def build_openid_backend(provider_client: ProviderClient) -> LinkedinOpenId:
    backend = LinkedinOpenId(build_strategy())
    backend.bind(provider_client)
    return backend


def build_legacy_backend(provider_client: ProviderClient) -> LinkedinLegacy:
    backend = LinkedinLegacy(build_strategy())
    backend.bind(provider_client)
    return backend
