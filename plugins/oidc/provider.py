"""The auth provider for any OpenID Connect issuer, which an operator sets for each tenant."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import Final
from urllib.parse import quote_plus

from pydantic import Field

from plugins.oidc.backend import OidcBackend, build_backend
from plugins.oidc.options import OidcOptions
from plugins.oidc.tokens import (
    MAX_TOKEN_CHARACTERS,
    OidcToken,
    PersonClaims,
    require_token,
    verify_id_token,
)
from providers.contracts import (
    AuthContext,
    CodeRequest,
    Credentials,
    CredentialsRefused,
    Identity,
    OAuthClient,
    TokenCredentials,
)
from providers.oauth.claims import Claims
from providers.oauth.codes import begin_exchange, build_login_url, choose_web_client
from providers.oauth.provider_client import ProviderClient

# RFC 6750, section 2.1: any other character would split or corrupt the header.
BEARER_TOKEN: Final = re.compile(r"[A-Za-z0-9\-._~+/=]{1,16384}")


class CodeAnswer(Claims):
    """The response to an authorization code (OpenID Connect Core 1.0, section 3.1.3.3)."""

    id_token: str = Field(min_length=1, max_length=MAX_TOKEN_CHARACTERS)
    access_token: str | None = None


class OidcProvider:
    """Accepts ID tokens alone: an access token doesn't say, in a way that all issuers share, whom it was issued to."""

    name = "oidc"
    label = "OpenID Connect"
    options_model = OidcOptions

    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        """Return the identity of an ID token that an application got; that application has compared its nonce."""
        if not isinstance(credentials, TokenCredentials):
            return None
        require_token(credentials.token, self.name)
        backend = self._build_backend(context)
        token = verify_id_token(credentials.token, backend, nonce=None)
        return self._build_identity(token, token, backend.options)

    def make_login_url(self, request: CodeRequest, context: AuthContext) -> str:
        """Return the URL of the issuer's page, with a nonce and PKCE; issuers ignore what they don't know."""
        backend = self._build_backend(context)
        return build_login_url(
            context.settings.resolve_url(backend.authorization_url()),
            choose_web_client(backend.provider_client),
            request,
            scope=backend.options.scopes,
            nonce=request.nonce,
            code_challenge=request.code_challenge,
            code_challenge_method="S256",
        )

    def verify_code(self, code: str, request: CodeRequest, context: AuthContext) -> Identity:
        """Return the identity of the ID token that the code opens; the UserInfo endpoint may add the e-mail address."""
        # Before the issuer is asked for anything.
        client, form = begin_exchange(code, request, ProviderClient(self.name, context))
        backend = self._build_backend(context)
        answer = self._exchange(form, client, backend)
        token = verify_id_token(answer.id_token, backend, nonce=request.nonce)
        if token.azp not in (None, client.id) or client.id not in token.audiences:
            raise CredentialsRefused(self.name, "wrong-audience")
        person = self._complete(token, answer.access_token, backend)
        return self._build_identity(token, person, backend.options)

    def _build_backend(self, context: AuthContext) -> OidcBackend:
        options = context.settings.read_options(OidcOptions, provider=self.name)
        return build_backend(ProviderClient(self.name, context), options)

    def _exchange(
        self, form: dict[str, str], client: OAuthClient, backend: OidcBackend
    ) -> CodeAnswer:
        headers = {"Accept": "application/json"}
        if backend.use_basic_auth():
            del form["client_secret"]
            headers["Authorization"] = _build_basic_authorization(client)
        payload = backend.get_json(
            backend.access_token_url(), method="POST", data=form, headers=headers
        )
        return backend.provider_client.read(payload, CodeAnswer)

    def _complete(
        self, token: OidcToken, access_token: str | None, backend: OidcBackend
    ) -> PersonClaims:
        """Return the claims about the user: issuers may leave them out of ID tokens (Core 1.0, section 5.4)."""
        if token.email or not backend.discover().userinfo_endpoint:
            return token
        if access_token is None or not BEARER_TOKEN.fullmatch(access_token):
            return token
        found = backend.fetch_user_info(access_token, {"sub": token.sub})
        return backend.provider_client.read(found, PersonClaims)

    def _build_identity(
        self, token: OidcToken, person: PersonClaims, options: OidcOptions
    ) -> Identity:
        # Directories of Entra hold whatever their administrators wrote; Entra itself says only `xms_edov`.
        is_verified = person.xms_edov if options.is_entra else person.email_verified
        email = person.email or None
        identity = Identity(
            provider=self.name,
            subject=_build_subject(token),
            email=email,
            email_verified=email is not None and is_verified,
            first_name=person.given_name or "",
            last_name=person.family_name or "",
            picture=person.picture or None,
        )
        if options.email_domains and not _has_verified_domain(identity, options.email_domains):
            raise CredentialsRefused(self.name)
        return identity


def _build_subject(token: OidcToken) -> str:
    """Return the key of the user at this issuer: another issuer may give the same `sub` to another person."""
    return sha256(f"{token.iss}\n{token.sub}".encode()).hexdigest()


def _has_verified_domain(identity: Identity, domains: frozenset[str]) -> bool:
    """Tell whether the issuer has verified an address of one of the domains; an unverified one proves none."""
    _, at, domain = (identity.email or "").rpartition("@")
    return identity.email_verified and bool(at) and domain.lower() in domains


def _build_basic_authorization(client: OAuthClient) -> str:
    """Return the value of the header (RFC 6749, section 2.3.1)."""
    pair = f"{quote_plus(client.id)}:{quote_plus(client.secret or '')}"
    return f"Basic {b64encode(pair.encode()).decode()}"
