"""Verifies ID tokens (OpenID Connect Core 1.0, section 3.1.3.7): first what costs nothing, then the signature."""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import jwt
from pydantic import BeforeValidator, Field

from plugins.oidc.backend import OidcBackend
from plugins.oidc.keys import ALGORITHMS, find_key, load_key
from providers.contracts import CredentialsRefused, WrongAudience
from providers.errors import RefusalReason
from providers.oauth.claims import Claims, Email, EpochSeconds, Text, Verified
from providers.oauth.id_tokens import IdToken, read_part

# The JobHax API takes 8,192 of them; those of a token endpoint may be longer, with the user's groups.
MAX_TOKEN_CHARACTERS: Final = 16_384
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
# How far the issuer's clock may be ahead of ours.
CLOCK_SKEW: Final = timedelta(minutes=1)
# How old a token may be that an application hands in: some issuers' tokens live for ten hours and more.
MAX_AGE: Final = timedelta(hours=1)
# Entra writes the claim in several ways.
_True = Annotated[bool, BeforeValidator(lambda value: value in (True, 1, "1", "true", "True"))]


class Header(Claims):
    """The header of a signed token (RFC 7515, section 4.1). `crit`: extensions that one must understand; Happo none."""

    alg: Text
    kid: Text | None = None
    typ: Text | None = None
    crit: tuple[Text, ...] | None = None


class PersonClaims(Claims):
    """The claims about the user (OpenID Connect Core 1.0, section 5.1). `xms_edov`: Entra has verified the domain."""

    email: Email | None = None
    email_verified: Verified = False
    xms_edov: _True = False
    given_name: Text | None = None
    family_name: Text | None = None
    picture: Text | None = None


class OidcToken(IdToken, PersonClaims):
    """The claims of an ID token, and those by which issuers mark tokens of other kinds."""

    iat: EpochSeconds
    nbf: EpochSeconds = 0
    typ: Text | None = None  # Keycloak: ID, Bearer, Refresh, Logout
    token_use: Text | None = None  # Cognito: id, access
    scp: object = Field(default=None)  # Okta, Entra: of access tokens alone
    scope: object = Field(default=None)  # RFC 9068: of access tokens alone
    events: object = Field(default=None)  # of log-out tokens alone

    @property
    def is_id_token(self) -> bool:
        marks = (self.scp, self.scope, self.events)
        return (
            self.typ in (None, "ID")
            and self.token_use in (None, "id")
            and all(mark is None for mark in marks)
        )


def require_token(text: str, provider: str) -> None:
    """Raise `CredentialsRefused` for text that can't be an ID token, such as an access token without content."""
    if len(text) > MAX_TOKEN_CHARACTERS or not _TOKEN.fullmatch(text):
        raise CredentialsRefused(provider)


def verify_id_token(text: str, backend: OidcBackend, *, nonce: str | None) -> OidcToken:
    """Return the claims of an ID token that the issuer signed for one of the tenant's applications.

    `nonce`: of the browser's log-in; None for a token that an application hands in, which may be an hour old.

    Raises `CredentialsRefused`, and what `OidcBackend.discover` raises.
    """
    provider = backend.provider_client.provider
    require_token(text, provider)
    header, token = _read_token(text, provider)
    _check_kind(header, token, provider)
    _check_audience(token, backend)
    _check_times(token, backend, is_of_browser=nonce is not None)
    if nonce is not None and not hmac.compare_digest(token.nonce.encode(), nonce.encode()):
        raise CredentialsRefused(provider)
    _check_signature(text, header, token, backend)
    return token


def _read_token(text: str, provider: str) -> tuple[Header, OidcToken]:
    header, claims, _ = text.split(".")
    try:
        return Header.model_validate(read_part(header)), OidcToken.model_validate(read_part(claims))
    except ValueError:
        pass
    # Raised outside the `except`: the text of those exceptions may contain the token.
    raise CredentialsRefused(provider)


def _check_kind(header: Header, token: OidcToken, provider: str) -> None:
    is_jwt = header.typ is None or header.typ.upper() == "JWT"
    is_signed_by_key = header.alg in ALGORITHMS and header.crit is None
    if not (is_jwt and is_signed_by_key and token.is_id_token):
        raise CredentialsRefused(provider)


def _check_audience(token: OidcToken, backend: OidcBackend) -> None:
    provider_client = backend.provider_client
    ours = {client.id for client in provider_client.require_clients()}
    if token.iss not in backend.options.named_in_tokens:
        raise CredentialsRefused(provider_client.provider, "wrong-audience")
    if not ours.issuperset(token.audiences) or not token.audiences:
        raise WrongAudience(provider_client.provider)
    if token.azp is not None and token.azp not in ours:
        raise WrongAudience(provider_client.provider, audience=token.azp)


def _check_times(token: OidcToken, backend: OidcBackend, *, is_of_browser: bool) -> None:
    provider, now = backend.provider_client.provider, backend.provider_client.context.now()
    reason: RefusalReason | None = None
    if _moment(token.exp) <= now or (not is_of_browser and now - _moment(token.iat) > MAX_AGE):
        reason = "expired"
    elif max(_moment(token.iat), _moment(token.nbf)) > now + CLOCK_SKEW:
        reason = "invalid"
    if reason is not None:
        raise CredentialsRefused(provider, reason)


def _check_signature(text: str, header: Header, token: OidcToken, backend: OidcBackend) -> None:
    provider_client = backend.provider_client
    key = find_key(backend, kid=header.kid, algorithm=header.alg, issuer=token.iss)
    if key is None:
        raise CredentialsRefused(provider_client.provider)
    try:
        jwt.PyJWS().decode(
            text, load_key(key, header.alg, provider_client), algorithms=[header.alg]
        )
        is_genuine = True
    except jwt.PyJWTError:
        is_genuine = False
    if not is_genuine:
        raise CredentialsRefused(provider_client.provider)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
