"""The auth provider for Google, which also verifies access to Gmail."""

from __future__ import annotations

from collections.abc import Mapping

from plugins.google.backend import GoogleBackend, build_google_backend
from plugins.google.claims import CodeAnswer, FreshToken, TokenInfo, UserInfo
from providers.contracts import (
    AuthContext,
    CodeRequest,
    Credentials,
    CredentialsRefused,
    Grant,
    Identity,
    MailGrant,
    OAuthClient,
    ScopeMissing,
    TokenCredentials,
    WrongAudience,
)
from providers.oauth.codes import (
    begin_exchange,
    build_login_url,
    choose_web_client,
    exchange_as_any_client,
    require_refresh,
)
from providers.oauth.id_tokens import check_id_token, decode_id_token
from providers.oauth.provider_client import ProviderClient
from providers.oauth.social_auth import translate_library_errors

INSPECTION = "https://oauth2.googleapis.com/tokeninfo"
GMAIL_READONLY = "https://www.googleapis.com/auth/gmail.readonly"
# The library's URL, `/o/oauth2/auth`, is that of the version before.
AUTHORIZATION = "https://accounts.google.com/o/oauth2/v2/auth"
ISSUERS = frozenset({"https://accounts.google.com", "accounts.google.com"})
# Not gmail.metadata: with that scope Gmail neither searches nor returns bodies.
SCOPES_THAT_READ_MAIL = frozenset(
    {GMAIL_READONLY, "https://www.googleapis.com/auth/gmail.modify", "https://mail.google.com/"}
)


class GoogleProvider:
    """Accepts an access token only if Google says that it was issued to one of the tenant's applications."""

    name = "google-oauth2"
    label = "Google"
    # With the scope https://mail.google.com/ alone.
    imap_hosts = ("imap.gmail.com", "imap.googlemail.com")

    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        if not isinstance(credentials, TokenCredentials):
            return None
        provider_client = ProviderClient(self.name, context)
        grant, info = self._inspect(credentials.token, provider_client)
        person = self._fetch_user_info(credentials.token, provider_client, expected=info.subject)
        # The flag belongs to the e-mail address beside it, so both come from the same response.
        source = person if person.email else info
        return Identity(
            provider=self.name,
            subject=person.sub,
            email=source.email or None,
            email_verified=bool(source.email) and source.email_verified,
            first_name=person.given_name or "",
            last_name=person.family_name or "",
            picture=person.picture or None,
            grant=grant,
        )

    def make_login_url(self, request: CodeRequest, context: AuthContext) -> str:
        """Return the URL of Google's page, which asks for the user's name and address alone, with PKCE and a nonce."""
        return build_login_url(
            context.settings.resolve_url(AUTHORIZATION),
            choose_web_client(ProviderClient(self.name, context)),
            request,
            scope="openid email profile",
            nonce=request.nonce,
            code_challenge=request.code_challenge,
            code_challenge_method="S256",
        )

    def verify_code(self, code: str, request: CodeRequest, context: AuthContext) -> Identity:
        """Return the identity of an access token that the code opens; the ID token beside it has the nonce."""
        provider_client = ProviderClient(self.name, context)
        client, form = begin_exchange(code, request, provider_client)
        answer = provider_client.read(_request_tokens(provider_client, client, form), CodeAnswer)
        token = check_id_token(
            decode_id_token(answer.id_token, provider_client),
            provider_client,
            issuers=ISSUERS,
            client=client,
            request=request,
        )
        identity = self.verify(TokenCredentials(token=answer.access_token), context)
        if identity is None or identity.subject != token.sub:
            raise provider_client.unavailable("malformed")
        return identity

    def verify_mail_access(self, token: str, context: AuthContext) -> MailGrant:
        """Return the mail account that `token` opens.

        Raises `CredentialsRefused` for a token that has expired or was revoked, `WrongAudience` for one of another
        application, `ScopeMissing` if it may not read mail or does not identify its user (it lacks `openid`).
        """
        provider_client = ProviderClient(self.name, context)
        grant, info = self._inspect(token, provider_client)
        if not grant.scopes & SCOPES_THAT_READ_MAIL:
            raise ScopeMissing(self.name, missing=frozenset({GMAIL_READONLY}))
        if info.subject:
            return MailGrant(
                provider=self.name, subject=info.subject, email=info.email or None, grant=grant
            )
        person = self._fetch_user_info(token, provider_client, expected=None)
        return MailGrant(
            provider=self.name, subject=person.sub, email=person.email or None, grant=grant
        )

    def exchange_code(self, code: str, redirect_uri: str, context: AuthContext) -> Grant:
        """Exchange an authorization code; each of the tenant's applications that have a secret is tried."""
        provider_client = ProviderClient(self.name, context)
        return exchange_as_any_client(code, redirect_uri, provider_client, _request_grant)

    def make_mail_url(self, request: CodeRequest, context: AuthContext) -> str:
        """Return the URL of Google's page, which asks for reading Gmail and gives a refresh token each time."""
        return build_login_url(
            context.settings.resolve_url(AUTHORIZATION),
            choose_web_client(ProviderClient(self.name, context)),
            request,
            scope=f"openid email {GMAIL_READONLY}",
            access_type="offline",
            prompt="consent",
            code_challenge=request.code_challenge,
            code_challenge_method="S256",
        )

    def redeem_mail_code(self, code: str, request: CodeRequest, context: AuthContext) -> Grant:
        """Exchange a code of the page of `make_mail_url`, with the verifier of PKCE."""
        provider_client = ProviderClient(self.name, context)
        return _request_grant(provider_client, *begin_exchange(code, request, provider_client))

    def refresh_access(self, grant: Grant, context: AuthContext) -> Grant:
        """Exchange the refresh token for a new grant.

        Google revokes the refresh tokens of an application in the "Testing" state after 7 days.
        """
        provider_client = ProviderClient(self.name, context)
        client, refresh_token = require_refresh(grant, provider_client)
        with translate_library_errors(provider_client):
            payload = build_google_backend(provider_client, client).refresh_token(refresh_token)
        fresh = _read_grant(payload, provider_client, client)
        return fresh.model_copy(
            update={
                "scopes": fresh.scopes or grant.scopes,
                "refresh_token": fresh.refresh_token or refresh_token,
            }
        )

    def _inspect(self, token: str, provider_client: ProviderClient) -> tuple[Grant, TokenInfo]:
        """Fetch Google's information about the token, and check its audience and expiry."""
        provider_client.require_token(token)
        ours = {client.id for client in provider_client.require_clients()}
        payload = build_google_backend(provider_client).get_json(
            INSPECTION, params={"access_token": token}
        )
        info = provider_client.read(payload, TokenInfo)
        for client_id in (info.audience, info.presenter):
            if client_id is not None and client_id not in ours:
                raise WrongAudience(self.name, audience=client_id)
        expires_at = info.expires_at(provider_client.context.now())
        if expires_at is not None and expires_at <= provider_client.context.now():
            raise CredentialsRefused(self.name, "expired")
        grant = Grant(
            access_token=token, client_id=info.audience, scopes=info.scopes, expires_at=expires_at
        )
        return grant, info

    def _fetch_user_info(
        self, token: str, provider_client: ProviderClient, *, expected: str | None
    ) -> UserInfo:
        with translate_library_errors(provider_client):
            payload = build_google_backend(provider_client).user_data(token) or {}
        person = provider_client.read(payload, UserInfo)
        if expected is not None and person.sub != expected:
            raise provider_client.unavailable("malformed")
        return person


def _request_grant(
    provider_client: ProviderClient, client: OAuthClient, form: Mapping[str, str]
) -> Grant:
    return _read_grant(_request_tokens(provider_client, client, form), provider_client, client)


def _request_tokens(
    provider_client: ProviderClient, client: OAuthClient, form: Mapping[str, str]
) -> Mapping[str, object]:
    return build_google_backend(provider_client, client).get_json(
        GoogleBackend.REFRESH_TOKEN_URL, method="POST", data=dict(form)
    )


def _read_grant(
    payload: Mapping[str, object], provider_client: ProviderClient, client: OAuthClient
) -> Grant:
    fresh = provider_client.read(payload, FreshToken)
    return fresh.grant(client, now=provider_client.context.now())
