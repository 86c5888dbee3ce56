"""Exchanges Microsoft's authorization codes and refresh tokens for access tokens of its IMAP servers.

https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow, and
https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, NoReturn
from uuid import UUID

from pydantic import Field

from providers.contracts import (
    AuthContext,
    CodeRequest,
    Credentials,
    CredentialsRefused,
    Grant,
    Identity,
    MailGrant,
    OAuthClient,
    ProviderMisconfigured,
)
from providers.oauth.claims import Claims, Email
from providers.oauth.codes import (
    begin_exchange,
    build_login_url,
    choose_web_client,
    exchange_as_any_client,
    require_refresh,
)
from providers.oauth.id_tokens import check_id_token, decode_id_token
from providers.oauth.provider_client import JsonAnswer, ProviderClient
from providers.oauth.tokens import TokenAnswer

# For accounts of organisations and of persons alike.
LOGIN: Final = "https://login.microsoftonline.com"
AUTHORIZATION: Final = f"{LOGIN}/common/oauth2/v2.0/authorize"
TOKENS: Final = f"{LOGIN}/common/oauth2/v2.0/token"
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


class CodeAnswer(MicrosoftTokens):
    """The response to a code with the scope `openid`."""

    id_token: str = Field(min_length=1, max_length=20_000)


class MailboxClaims(Claims):
    """What an ID token says beside the log-in. `tid`: the directory, which is in the name of the issuer.

    `preferred_username`: the user's name at the directory, which is the one at the IMAP server; of personal accounts
    their address.
    """

    tid: UUID
    preferred_username: Email | None = None
    email: Email | None = None


class MicrosoftProvider:
    """Opens mail alone: users log in with Microsoft accounts by OpenID Connect (`oidc`)."""

    name = "microsoft-oauth2"
    label = "Outlook or Microsoft 365"
    logs_in = False
    imap_hosts = ("outlook.office365.com", "outlook.office.com", "imap-mail.outlook.com")

    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        """Return None: an access token for IMAP doesn't say whose it is."""
        return None

    def exchange_code(self, code: str, redirect_uri: str, context: AuthContext) -> Grant:
        """Exchange an authorization code; each of the tenant's applications that have a secret is tried."""
        provider_client = ProviderClient(self.name, context)
        return exchange_as_any_client(code, redirect_uri, provider_client, _request_grant)

    def make_mail_url(self, request: CodeRequest, context: AuthContext) -> str:
        """Return the URL of Microsoft's page, which asks for IMAP, and for the name of the user there."""
        return build_login_url(
            context.settings.resolve_url(AUTHORIZATION),
            choose_web_client(ProviderClient(self.name, context)),
            request,
            scope=f"openid email profile offline_access {READ_IMAP}",
            prompt="select_account",
            nonce=request.nonce,
            code_challenge=request.code_challenge,
            code_challenge_method="S256",
        )

    def redeem_imap_code(self, code: str, request: CodeRequest, context: AuthContext) -> MailGrant:
        """Exchange a code of the page of `make_mail_url`; the ID token beside the grant names the user."""
        provider_client = ProviderClient(self.name, context)
        client, form = begin_exchange(code, request, provider_client)
        answer = provider_client.read(_request_tokens(provider_client, form), CodeAnswer)
        claims = decode_id_token(answer.id_token, provider_client)
        mailbox = provider_client.read(claims, MailboxClaims)
        issuers = {f"{LOGIN}/{mailbox.tid}/v2.0"}
        token = check_id_token(
            claims, provider_client, issuers=issuers, client=client, request=request
        )
        named = (mailbox.preferred_username, mailbox.email)
        address = next((name for name in named if name and "@" in name), None)
        if address is None:
            raise provider_client.unavailable("malformed")
        grant = answer.grant(client, now=context.now())
        return MailGrant(provider=self.name, subject=token.sub, email=address, grant=grant)

    def refresh_access(self, grant: Grant, context: AuthContext) -> Grant:
        provider_client = ProviderClient(self.name, context)
        client, refresh_token = require_refresh(grant, provider_client)
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "scope": f"{READ_IMAP} offline_access",
            "client_id": client.id,
            "client_secret": client.secret or "",
        }
        fresh = _request_grant(provider_client, client, form)
        return fresh.model_copy(update={"refresh_token": fresh.refresh_token or refresh_token})


def _request_grant(
    provider_client: ProviderClient, client: OAuthClient, form: Mapping[str, str]
) -> Grant:
    fresh = provider_client.read(_request_tokens(provider_client, form), MicrosoftTokens)
    return fresh.grant(client, now=provider_client.context.now())


def _request_tokens(
    provider_client: ProviderClient, form: Mapping[str, str]
) -> Mapping[str, object]:
    answer = provider_client.fetch("POST", TOKENS, form=form)
    if not answer.ok:
        _raise_for(answer, provider_client)
    return answer.payload


def _raise_for(answer: JsonAnswer, provider_client: ProviderClient) -> NoReturn:
    """Raise what an error of RFC 6749, section 5.2, means."""
    error = str(answer.payload.get("error"))
    if error in CLIENT_ERRORS:
        raise ProviderMisconfigured(provider_client.provider, "client_secret")
    if error in USER_ERRORS:
        raise CredentialsRefused(provider_client.provider, "revoked")
    raise provider_client.unavailable("status", answer)
