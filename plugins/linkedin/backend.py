"""social-auth-core's two LinkedIn backends on a context: OpenID Connect, and the API before it."""

from __future__ import annotations

from typing import Any

from social_core.backends.linkedin import LinkedinOAuth2, LinkedinOpenIdConnect

from providers.contracts import CredentialsRefused, ProviderMisconfigured, ScopeMissing
from providers.errors import RefusalReason
from providers.oauth.provider_client import Asker, JsonAnswer
from providers.oauth.social_auth import OverContext, bare_strategy

REASONS: dict[object, RefusalReason] = {65601: "revoked", 65602: "expired"}


class LinkedinRefusals(OverContext):
    """What LinkedIn's 4xx answers mean."""

    # What a token lacks that is told 403 by this backend's addresses.
    needed_scope = "openid"

    def refuse(self, answer: JsonAnswer) -> None:
        if answer.document.get("error") in ("invalid_client", "unauthorized_client"):
            raise ProviderMisconfigured(self.asker.provider, "client_secret")
        if answer.status == 403:
            raise ScopeMissing(self.asker.provider, missing=frozenset({self.needed_scope}))
        if answer.status in (400, 401) and answer.document:
            reason = REASONS.get(answer.document.get("serviceErrorCode"), "invalid")
            raise CredentialsRefused(self.asker.provider, reason)
        super().refuse(answer)


class LinkedinOpenId(LinkedinRefusals, LinkedinOpenIdConnect[None]):
    """For applications with "Sign In with LinkedIn using OpenID Connect": the only kind since August 2023."""

    # Fixed here, so that the backend needn't fetch LinkedIn's discovery document first.
    USERINFO_URL = "https://api.linkedin.com/v2/userinfo"

    # Any: the library's own signature.
    def validate_userinfo_sub(self, userinfo: dict[str, Any] | None) -> dict[str, Any] | None:
        """There is no ID token to compare with: the token itself was held against LinkedIn's introspection."""
        return userinfo


class LinkedinLegacy(LinkedinRefusals, LinkedinOAuth2[None]):
    """For applications with the closed product `r_liteprofile`."""

    needed_scope = "r_liteprofile"
    # Without a projection LinkedIn sends all that the token's scopes allow.
    USER_DETAILS_URL = "https://api.linkedin.com/v2/me"


def openid_backend(asker: Asker) -> LinkedinOpenId:
    backend = LinkedinOpenId(bare_strategy())
    backend.bind(asker)
    return backend


def legacy_backend(asker: Asker) -> LinkedinLegacy:
    backend = LinkedinLegacy(bare_strategy())
    backend.bind(asker)
    return backend
