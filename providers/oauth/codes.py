"""The parts of the authorization-code flow that providers share (RFC 6749, section 4.1; PKCE: RFC 7636)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode, urlsplit

from providers.contracts import (
    CodeRequest,
    CredentialsRefused,
    OAuthClient,
    ProviderMisconfigured,
)
from providers.oauth.provider_client import ProviderClient

# RFC 6749, appendix A.11: visible ASCII characters.
CODE: Final = re.compile(r"[\x21-\x7e]{1,4096}")


def build_login_url(
    endpoint: str, client: OAuthClient, request: CodeRequest, *, scope: str, **more: str
) -> str:
    """Return the URL of an authorization endpoint with the parameters of RFC 6749, section 4.1.1, and with `more`."""
    parameters = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": request.redirect_uri,
        "scope": scope,
        "state": request.state,
        **more,
    }
    joint = "&" if urlsplit(endpoint).query else "?"
    return f"{endpoint}{joint}{urlencode(parameters)}"


def build_code_form(code: str, client: OAuthClient, request: CodeRequest) -> dict[str, str]:
    """Return the form that exchanges a code for tokens (RFC 6749, section 4.1.3), without a verifier."""
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": request.redirect_uri,
        "client_id": client.id,
        "client_secret": client.secret or "",
    }


def require_code(code: str, provider_client: ProviderClient) -> None:
    """Raise `CredentialsRefused` for text that can't be an authorization code."""
    if not CODE.fullmatch(code):
        raise CredentialsRefused(provider_client.provider)


def choose_web_client(provider_client: ProviderClient) -> OAuthClient:
    """Return the tenant's first application that has a secret: applications without one are on users' devices.

    Raises `ProviderMisconfigured`.
    """
    for client in provider_client.require_clients():
        if client.secret is not None:
            return client
    raise ProviderMisconfigured(provider_client.provider, "client_secret")
