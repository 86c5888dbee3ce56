"""Exchanges Microsoft's authorization codes and refresh tokens for access tokens of its IMAP servers.

https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow, and
https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, NoReturn

from pydantic import Field

from providers.contracts import (
    AuthContext,
    Credentials,
    CredentialsRefused,
    Grant,
    Identity,
    OAuthClient,
    ProviderMisconfigured,
)
from providers.oauth.codes import require_code
from providers.oauth.provider_client import JsonAnswer, ProviderClient
from providers.oauth.tokens import TokenAnswer

# For accounts of organisations and of persons alike.
TOKENS: Final = "https://login.microsoftonline.com/common/oauth2/v2.0/token"
READ_IMAP: Final = "https://outlook.office.com/IMAP.AccessAsUser.All"
# What the application's form says is wrong, rather than the user's consent.
CLIENT_ERRORS: Final = frozenset({"invalid_client", "unauthorized_client", "invalid_scope"})
# The user has to consent again. `invalid_request`: a code that is none.
USER_ERRORS: Final = frozenset(
    {"invalid_grant", "interaction_required", "consent_required", "invalid_request"}
)
# Microsoft's tokens have some 2,000 characters, and more for members of many groups.
Token = Annotated[str, Field(min_length=1, max_length=20_000, pattern=r"^[\x21-\x7e]+$")]


class MicrosoftTokens(TokenAnswer):
    """The response to a code or a refresh token. A refresh gives a new refresh token each time."""

    access_token: Token
    refresh_token: Token | None = None


class MicrosoftProvider:
    """Opens mail alone: users log in with Microsoft accounts by OpenID Connect (`oidc`)."""

    name = "microsoft-oauth2"
    logs_in = False
    imap_hosts = ("outlook.office365.com", "outlook.office.com", "imap-mail.outlook.com")

    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        """Return None: an access token for IMAP doesn't say whose it is."""
        return None

    def exchange_code(self, code: str, redirect_uri: str, context: AuthContext) -> Grant:
        """Exchange an authorization code; each of the tenant's applications that have a secret is tried."""
        provider_client = ProviderClient(self.name, context)
        require_code(code, provider_client)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        refused: CredentialsRefused | None = None
        for client in provider_client.require_clients():
            if client.secret is not None:
                try:
                    return _request_grant(provider_client, client, form)
                except CredentialsRefused as error:
                    refused = error
        raise refused or ProviderMisconfigured(self.name, "client_secret")

    def refresh_access(self, grant: Grant, context: AuthContext) -> Grant:
        if grant.refresh_token is None:
            raise CredentialsRefused(self.name, "expired")
        provider_client = ProviderClient(self.name, context)
        clients = {client.id: client for client in provider_client.require_clients()}
        if grant.client_id not in clients:
            raise ProviderMisconfigured(self.name, "clients")
        form = {
            "grant_type": "refresh_token",
            "refresh_token": grant.refresh_token,
            "scope": f"{READ_IMAP} offline_access",
        }
        fresh = _request_grant(provider_client, clients[grant.client_id], form)
        return fresh.model_copy(
            update={"refresh_token": fresh.refresh_token or grant.refresh_token}
        )


def _request_grant(
    provider_client: ProviderClient, client: OAuthClient, form: Mapping[str, str]
) -> Grant:
    credentials = {"client_id": client.id, "client_secret": client.secret or ""}
    answer = provider_client.fetch("POST", TOKENS, form={**form, **credentials})
    if not answer.ok:
        _raise_for(answer, provider_client)
    fresh = provider_client.read(answer.payload, MicrosoftTokens)
    return fresh.grant(client, now=provider_client.context.now())


def _raise_for(answer: JsonAnswer, provider_client: ProviderClient) -> NoReturn:
    """Raise what an error of RFC 6749, section 5.2, means."""
    error = str(answer.payload.get("error"))
    if error in CLIENT_ERRORS:
        raise ProviderMisconfigured(provider_client.provider, "client_secret")
    if error in USER_ERRORS:
        raise CredentialsRefused(provider_client.provider, "revoked")
    raise provider_client.unavailable("status", answer)
