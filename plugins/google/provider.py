"""Google as an auth provider, and as the keeper of a user's mail."""

from __future__ import annotations

from datetime import timedelta

from plugins.google.backend import google_backend
from plugins.google.claims import FreshToken, TokenInfo, UserInfo
from providers.contracts import (
    AuthContext,
    Credentials,
    CredentialsRefused,
    Grant,
    Identity,
    MailGrant,
    OAuthClient,
    ProviderMisconfigured,
    ScopeMissing,
    TokenCredentials,
    WrongAudience,
)
from providers.oauth.provider_client import Asker
from providers.oauth.social_auth import library_errors_as_ours

INSPECTION = "https://oauth2.googleapis.com/tokeninfo"
GMAIL_READONLY = "https://www.googleapis.com/auth/gmail.readonly"
# gmail.metadata is none of them: with it Gmail neither searches nor shows a body.
SCOPES_THAT_READ_MAIL = frozenset(
    {GMAIL_READONLY, "https://www.googleapis.com/auth/gmail.modify", "https://mail.google.com/"}
)


class GoogleProvider:
    """Believes an access token only where Google says it was issued to one of the tenant's own applications."""

    name = "google-oauth2"

    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        if not isinstance(credentials, TokenCredentials):
            return None
        asker = Asker(self.name, context)
        grant, info = self._inspect(credentials.token, asker)
        person = self._ask_who(credentials.token, asker, expected=info.subject)
        # The flag belongs to the address beside it, so both come from the same answer.
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

    def verify_mail_access(self, token: str, context: AuthContext) -> MailGrant:
        """Return what `token` opens, and whose account it is.

        Raises `CredentialsRefused` for a dead token, `WrongAudience` for another application's,
        `ScopeMissing` where it may not read mail, or tells nothing of whose it is (it lacks `openid`).
        """
        asker = Asker(self.name, context)
        grant, info = self._inspect(token, asker)
        if not grant.scopes & SCOPES_THAT_READ_MAIL:
            raise ScopeMissing(self.name, missing=frozenset({GMAIL_READONLY}))
        if info.subject:
            return MailGrant(
                provider=self.name, subject=info.subject, email=info.email or None, grant=grant
            )
        person = self._ask_who(token, asker, expected=None)
        return MailGrant(
            provider=self.name, subject=person.sub, email=person.email or None, grant=grant
        )

    def refresh_access(self, grant: Grant, context: AuthContext) -> Grant:
        """Return a fresh grant.

        An application in Google's "Testing" state loses its refresh tokens after 7 days.
        """
        if grant.refresh_token is None:
            raise CredentialsRefused(self.name, "expired")
        asker = Asker(self.name, context)
        client = self._client_of(grant, asker)
        with library_errors_as_ours(asker):
            document = google_backend(asker, client).refresh_token(grant.refresh_token)
        fresh = asker.read(document, FreshToken)
        return Grant(
            access_token=fresh.access_token,
            client_id=client.id,
            scopes=frozenset(fresh.scope.split()) or grant.scopes,
            expires_at=context.now() + timedelta(seconds=fresh.expires_in)
            if fresh.expires_in
            else None,
            refresh_token=fresh.refresh_token or grant.refresh_token,
        )

    def _inspect(self, token: str, asker: Asker) -> tuple[Grant, TokenInfo]:
        """Ask Google about the token, and hold its audience against the tenant's applications."""
        asker.require_token(token)
        ours = {client.id for client in asker.require_clients()}
        document = google_backend(asker).get_json(INSPECTION, params={"access_token": token})
        info = asker.read(document, TokenInfo)
        for client_id in (info.audience, info.presenter):
            if client_id is not None and client_id not in ours:
                raise WrongAudience(self.name, audience=client_id)
        expires_at = info.expires_at(asker.context.now())
        if expires_at is not None and expires_at <= asker.context.now():
            raise CredentialsRefused(self.name, "expired")
        grant = Grant(
            access_token=token, client_id=info.audience, scopes=info.scopes, expires_at=expires_at
        )
        return grant, info

    def _ask_who(self, token: str, asker: Asker, *, expected: str | None) -> UserInfo:
        with library_errors_as_ours(asker):
            document = google_backend(asker).user_data(token) or {}
        person = asker.read(document, UserInfo)
        if expected is not None and person.sub != expected:
            raise asker.unavailable("malformed")
        return person

    def _client_of(self, grant: Grant, asker: Asker) -> OAuthClient:
        for client in asker.require_clients():
            if client.id == grant.client_id:
                return client
        raise ProviderMisconfigured(self.name, "clients")
