"""The auth provider for LinkedIn, which also fetches the member's profile."""

from __future__ import annotations

from collections.abc import Mapping

from plugins.linkedin.backend import build_legacy_backend, build_openid_backend
from plugins.linkedin.claims import CodeAnswer, EmailAddresses, Introspection, Member, UserInfo
from plugins.linkedin.profile import build_profile
from providers.contracts import (
    AuthContext,
    CodeRequest,
    Credentials,
    CredentialsRefused,
    Grant,
    Identity,
    OAuthClient,
    ProviderMisconfigured,
    ScopeMissing,
    TokenCredentials,
    WrongAudience,
)
from providers.errors import RefusalReason
from providers.oauth.codes import (
    build_code_form,
    build_login_url,
    choose_web_client,
    require_code,
)
from providers.oauth.provider_client import ProviderClient
from providers.oauth.social_auth import translate_library_errors

INTROSPECTION = "https://www.linkedin.com/oauth/v2/introspectToken"
AUTHORIZATION = "https://www.linkedin.com/oauth/v2/authorization"
EXCHANGE = "https://www.linkedin.com/oauth/v2/accessToken"
REASONS: dict[str | None, RefusalReason] = {"expired": "expired", "revoked": "revoked"}


class LinkedinProvider:
    """Accepts an access token only if LinkedIn says that it was issued to one of the tenant's applications."""

    name = "linkedin-oauth2"
    label = "LinkedIn"

    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        if not isinstance(credentials, TokenCredentials):
            return None
        provider_client = ProviderClient(self.name, context)
        grant = self._inspect(credentials.token, provider_client)
        try:
            return self._fetch_openid_identity(grant, provider_client)
        except ScopeMissing:
            return self._fetch_legacy_identity(grant, provider_client)

    def make_login_url(self, request: CodeRequest, context: AuthContext) -> str:
        """Return the URL of LinkedIn's page.

        LinkedIn puts no nonce into its ID tokens, and takes a code challenge from native applications alone.
        """
        return build_login_url(
            context.settings.resolve_url(AUTHORIZATION),
            choose_web_client(ProviderClient(self.name, context)),
            request,
            scope="openid profile email",
        )

    def verify_code(self, code: str, request: CodeRequest, context: AuthContext) -> Identity:
        """Return the identity of the access token that the code opens."""
        provider_client = ProviderClient(self.name, context)
        require_code(code, provider_client)
        form = build_code_form(code, choose_web_client(provider_client), request.redirect_uri)
        payload = build_openid_backend(provider_client).get_json(EXCHANGE, method="POST", data=form)
        answer = provider_client.read(payload, CodeAnswer)
        identity = self.verify(TokenCredentials(token=answer.access_token), context)
        if identity is None:
            raise provider_client.unavailable("malformed")
        return identity

    def fetch_profile(self, token: str, context: AuthContext) -> Mapping[str, object]:
        """Return the member's profile, in the format of `/v2/me`.

        For an application without the scope `r_liteprofile` (LinkedIn no longer grants it) the fields come from the
        OpenID user info: without a headline and a vanity name, and the picture is a URL, not a URN.
        """
        provider_client = ProviderClient(self.name, context)
        provider_client.require_token(token)
        try:
            payload = self._fetch_member(token, provider_client)
        except ScopeMissing:
            return build_profile(self._fetch_user_info(token, provider_client))
        provider_client.read(payload, Member)
        return payload

    def _inspect(self, token: str, provider_client: ProviderClient) -> Grant:
        """Introspect the token as each of the tenant's applications, since LinkedIn describes only their own tokens."""
        provider_client.require_token(token)
        misconfigured: ProviderMisconfigured | None = None
        refused = CredentialsRefused(self.name)
        for client in provider_client.require_clients():
            try:
                return self._introspect(token, client, provider_client)
            except ProviderMisconfigured as error:
                misconfigured = error
            except CredentialsRefused as error:
                refused = error
        raise misconfigured or refused

    def _introspect(
        self, token: str, client: OAuthClient, provider_client: ProviderClient
    ) -> Grant:
        if client.secret is None:
            raise ProviderMisconfigured(self.name, "client_secret")
        form = {"client_id": client.id, "client_secret": client.secret, "token": token}
        payload = build_openid_backend(provider_client).get_json(
            INTROSPECTION, method="POST", data=form
        )
        info = provider_client.read(payload, Introspection)
        if not info.active:
            raise CredentialsRefused(self.name, REASONS.get(info.status, "invalid"))
        if info.client_id is None:
            raise provider_client.unavailable("malformed")
        if info.client_id != client.id:
            raise WrongAudience(self.name, audience=info.client_id)
        if info.ends_at is not None and info.ends_at <= provider_client.context.now():
            raise CredentialsRefused(self.name, "expired")
        return Grant(
            access_token=token, client_id=client.id, scopes=info.scopes, expires_at=info.ends_at
        )

    def _fetch_user_info(self, token: str, provider_client: ProviderClient) -> UserInfo:
        with translate_library_errors(provider_client):
            payload = build_openid_backend(provider_client).user_data(token) or {}
        return provider_client.read(payload, UserInfo)

    def _fetch_member(self, token: str, provider_client: ProviderClient) -> Mapping[str, object]:
        with translate_library_errors(provider_client):
            return build_legacy_backend(provider_client).user_data(token) or {}

    def _fetch_openid_identity(self, grant: Grant, provider_client: ProviderClient) -> Identity:
        person = self._fetch_user_info(grant.access_token, provider_client)
        return Identity(
            provider=self.name,
            subject=person.sub,
            email=person.email or None,
            email_verified=bool(person.email) and person.email_verified,
            first_name=person.given_name or "",
            last_name=person.family_name or "",
            picture=person.picture or None,
            grant=grant,
        )

    def _fetch_legacy_identity(self, grant: Grant, provider_client: ProviderClient) -> Identity:
        """Use the API that tokens of older applications open. It never says whether an e-mail address is verified."""
        backend = build_legacy_backend(provider_client)
        payload = self._fetch_member(grant.access_token, provider_client)
        member = provider_client.read(payload, Member)
        names = backend.get_user_details(payload)
        return Identity(
            provider=self.name,
            subject=member.id,
            email=self._fetch_legacy_email(grant.access_token, provider_client),
            first_name=names["first_name"] or "",
            last_name=names["last_name"] or "",
            grant=grant,
        )

    def _fetch_legacy_email(self, token: str, provider_client: ProviderClient) -> str | None:
        backend = build_legacy_backend(provider_client)
        try:
            payload = backend.get_json(
                backend.user_emails_url(), headers=backend.user_data_headers(token)
            )
        except ScopeMissing:
            return None
        return provider_client.read(payload, EmailAddresses).first
