"""Log-in with the OpenID Connect provider that a tenant's organisation runs: Keycloak, Okta, Entra and others."""

from __future__ import annotations

from plugins.oidc.provider import OidcProvider
from providers.contracts import AuthProvider
from providers.hookspecs import hookimpl


@hookimpl
def register_auth_providers() -> list[AuthProvider]:
    return [OidcProvider()]
