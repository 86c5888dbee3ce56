"""Reads the ID token that comes with an access token (OpenID Connect Core 1.0, sections 2 and 3.1.3.7).

For tokens that the provider's token endpoint itself has sent over TLS: then the signature needn't be checked (3.1.3.7,
point 6). A plugin that gets ID tokens in another way has to check their signature.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from providers.contracts import CodeRequest, CredentialsRefused, OAuthClient
from providers.foreign_json import parse_json
from providers.oauth.claims import Claims, EpochSeconds, Subject, Text
from providers.oauth.provider_client import ProviderClient


class IdToken(Claims):
    """The claims that a log-in needs. `aud` is one client id, or a list of them."""

    iss: Text
    sub: Subject
    aud: Text | tuple[Text, ...]
    exp: EpochSeconds
    azp: Text | None = None
    nonce: Text = ""

    @property
    def audiences(self) -> tuple[str, ...]:
        return (self.aud,) if isinstance(self.aud, str) else self.aud


def decode_id_token(text: object, provider_client: ProviderClient) -> Mapping[str, object]:
    """Return the claims of an ID token from a token endpoint. Raises `ProviderUnavailable` for what is none."""
    parts = str(text).split(".")
    try:
        claims = read_part(parts[1]) if len(parts) == 3 else None
    except ValueError:
        claims = None
    if not isinstance(claims, dict):
        raise provider_client.unavailable("malformed")
    return claims


def read_part(part: str) -> object:
    """Return the JSON of a token's header or claims (RFC 7515, section 7.1: base64url without its padding).

    Raises `ValueError` for what is neither, or is nested too deeply.
    """
    return parse_json(urlsafe_b64decode(part + "=="))


def check_id_token(
    claims: Mapping[str, object],
    provider_client: ProviderClient,
    *,
    issuers: Collection[str],
    client: OAuthClient,
    request: CodeRequest,
) -> IdToken:
    """Return the claims, if they are of this log-in: of an issuer, for the application, with the nonce, not expired.

    Raises `CredentialsRefused`, and `ProviderUnavailable` where claims are missing or malformed.
    """
    token = provider_client.read(claims, IdToken)
    is_for_us = client.id in token.audiences and token.azp in (None, client.id)
    is_of_this_login = hmac.compare_digest(token.nonce.encode(), request.nonce.encode())
    if token.iss not in issuers or not is_for_us or not is_of_this_login:
        raise CredentialsRefused(provider_client.provider, "wrong-audience")
    if datetime.fromtimestamp(token.exp, UTC) <= provider_client.context.now():
        raise CredentialsRefused(provider_client.provider, "expired")
    return token
