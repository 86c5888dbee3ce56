"""LinkedIn as an auth provider, and the member's profile."""

from __future__ import annotations

from collections.abc import Mapping

from plugins.linkedin.backend import legacy_backend, openid_backend
from plugins.linkedin.claims import EmailAddresses, Introspection, Member, UserInfo
from plugins.linkedin.profile import profile_of
from providers.contracts import (
    AuthContext,
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
from providers.oauth.provider_client import Asker
from providers.oauth.social_auth import library_errors_as_ours

INTROSPECTION = "https://www.linkedin.com/oauth/v2/introspectToken"
REASONS: dict[str | None, RefusalReason] = {"expired": "expired", "revoked": "revoked"}


class LinkedinProvider:
    """Believes an access token only where LinkedIn says it was issued to one of the tenant's own applications."""

    name = "linkedin-oauth2"

    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        if not isinstance(credentials, TokenCredentials):
            return None
        asker = Asker(self.name, context)
        grant = self._inspect(credentials.token, asker)
        try:
            return self._openid_identity(grant, asker)
        except ScopeMissing:
            return self._legacy_identity(grant, asker)

    def fetch_profile(self, token: str, context: AuthContext) -> Mapping[str, object]:
        """Return the member's profile, in the shape of `/v2/me`.

        An application without `r_liteprofile` (LinkedIn gives it to none any more) gets the same shape,
        filled from the OpenID user info: no headline and no vanity name, and the picture is an address, not a
        URN.
        """
        asker = Asker(self.name, context)
        asker.require_token(token)
        try:
            document = self._me(token, asker)
        except ScopeMissing:
            return profile_of(self._user_info(token, asker))
        asker.read(document, Member)
        return document

    def _inspect(self, token: str, asker: Asker) -> Grant:
        """Ask LinkedIn about the token in the name of each of the tenant's applications: it tells only its own."""
        asker.require_token(token)
        misconfigured: ProviderMisconfigured | None = None
        refused = CredentialsRefused(self.name)
        for client in asker.require_clients():
            try:
                return self._introspect(token, client, asker)
            except ProviderMisconfigured as error:
                misconfigured = error
            except CredentialsRefused as error:
                refused = error
        raise misconfigured or refused

    def _introspect(self, token: str, client: OAuthClient, asker: Asker) -> Grant:
        if client.secret is None:
            raise ProviderMisconfigured(self.name, "client_secret")
        form = {"client_id": client.id, "client_secret": client.secret, "token": token}
        document = openid_backend(asker).get_json(INTROSPECTION, method="POST", data=form)
        info = asker.read(document, Introspection)
        if not info.active:
            raise CredentialsRefused(self.name, REASONS.get(info.status, "invalid"))
        if info.client_id is None:
            raise asker.unavailable("malformed")
        if info.client_id != client.id:
            raise WrongAudience(self.name, audience=info.client_id)
        if info.ends_at is not None and info.ends_at <= asker.context.now():
            raise CredentialsRefused(self.name, "expired")
        return Grant(
            access_token=token, client_id=client.id, scopes=info.scopes, expires_at=info.ends_at
        )

    def _user_info(self, token: str, asker: Asker) -> UserInfo:
        with library_errors_as_ours(asker):
            document = openid_backend(asker).user_data(token) or {}
        return asker.read(document, UserInfo)

    def _me(self, token: str, asker: Asker) -> Mapping[str, object]:
        with library_errors_as_ours(asker):
            return legacy_backend(asker).user_data(token) or {}

    def _openid_identity(self, grant: Grant, asker: Asker) -> Identity:
        person = self._user_info(grant.access_token, asker)
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

    def _legacy_identity(self, grant: Grant, asker: Asker) -> Identity:
        """Ask the API that tokens of older applications open. It never says that an e-mail is verified."""
        backend = legacy_backend(asker)
        document = self._me(grant.access_token, asker)
        member = asker.read(document, Member)
        names = backend.get_user_details(document)
        return Identity(
            provider=self.name,
            subject=member.id,
            email=self._legacy_email(grant.access_token, asker),
            first_name=names["first_name"] or "",
            last_name=names["last_name"] or "",
            grant=grant,
        )

    def _legacy_email(self, token: str, asker: Asker) -> str | None:
        backend = legacy_backend(asker)
        try:
            document = backend.get_json(
                backend.user_emails_url(), headers=backend.user_data_headers(token)
            )
        except ScopeMissing:
            return None
        return asker.read(document, EmailAddresses).first
