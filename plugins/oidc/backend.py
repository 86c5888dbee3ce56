"""The OpenID Connect backend of social-auth-core for one issuer, over a `ProviderClient`.

The library's caches, clock and verification of tokens are not used: the caches are shared by all issuers and have no
bound, and the verification accepts the algorithm that a key of any kind suggests (`plugins.oidc.tokens`).
"""

from __future__ import annotations

from typing import Any, NoReturn

from social_core.backends.open_id_connect import OpenIdConnectAuth

from plugins.oidc.options import OidcOptions, is_sound_url
from providers.contracts import CredentialsRefused, ProviderMisconfigured
from providers.oauth.claims import Claims, Text
from providers.oauth.provider_client import JsonAnswer, ProviderClient
from providers.oauth.social_auth import (
    ProviderClientMixin,
    build_strategy,
    translate_library_errors,
)

CLIENT_ERRORS = ("invalid_client", "unauthorized_client")
# `invalid_request`: what Entra says of a code that is none.
CODE_ERRORS = ("invalid_grant", "invalid_request")


class Discovery(Claims):
    """`/.well-known/openid-configuration` (OpenID Connect Discovery 1.0, section 3)."""

    issuer: Text
    authorization_endpoint: Text
    token_endpoint: Text
    jwks_uri: Text
    userinfo_endpoint: Text | None = None
    token_endpoint_auth_methods_supported: tuple[Text, ...] = ("client_secret_basic",)

    @property
    def endpoints(self) -> tuple[str, ...]:
        optional = (self.userinfo_endpoint,) if self.userinfo_endpoint is not None else ()
        return (self.authorization_endpoint, self.token_endpoint, self.jwks_uri, *optional)


class OidcBackend(ProviderClientMixin, OpenIdConnectAuth[None]):
    """Finds the issuer's endpoints and calls them; raises the errors of `providers` for 4xx responses."""

    options: OidcOptions

    def oidc_endpoint(self) -> str:
        return self.options.issuer.rstrip("/")

    # Any: the library's own signature.
    def oidc_config(self) -> dict[str, Any]:
        return self.discover().model_dump()

    def discover(self) -> Discovery:
        """Return the discovery document, which must be of this issuer."""
        context, url = self.provider_client.context, self.oidc_config_url()
        place = context.settings.resolve_url(url)
        found = context.documents.find(place, Discovery, now=context.now())
        if found is None:
            payload = self.get_json(url)
            found = self.provider_client.read(payload, Discovery)
            context.documents.keep(place, found, now=context.now())
        # Tenants share what is kept: each compares it with the issuer that it trusts.
        if found.issuer != self.options.named_in_discovery:
            self._blame("issuer")
        if not all(is_sound_url(one, of_issuer=self.options.issuer) for one in found.endpoints):
            self._blame("issuer")
        return found

    # Any: the library's own type of claims.
    def fetch_user_info(self, access_token: str, claims: dict[str, Any]) -> dict[str, Any]:
        """Return the claims of the UserInfo endpoint about the user of an ID token, which was verified."""
        self.id_token = claims
        with translate_library_errors(self.provider_client):
            found = self.user_data(access_token) or {}
        if found.get("sub") != claims["sub"]:
            raise self.provider_client.unavailable("malformed")
        return found

    def use_basic_auth(self) -> bool:
        return "client_secret_post" not in self.discover().token_endpoint_auth_methods_supported

    def raise_for_error(self, answer: JsonAnswer) -> None:
        error = answer.payload.get("error")
        if error in CLIENT_ERRORS:
            self._blame("client_secret")
        if error in CODE_ERRORS:
            raise CredentialsRefused(self.provider_client.provider)
        super().raise_for_error(answer)

    def _blame(self, setting: str) -> NoReturn:
        raise ProviderMisconfigured(self.provider_client.provider, setting)


def build_backend(provider_client: ProviderClient, options: OidcOptions) -> OidcBackend:
    backend = OidcBackend(build_strategy())
    backend.bind(provider_client)
    backend.options = options
    return backend
