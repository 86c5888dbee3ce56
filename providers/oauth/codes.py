"""The parts of the authorization-code flow that providers share (RFC 6749, section 4.1; PKCE: RFC 7636)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode, urlsplit

from providers.contracts import (
    CodeRequest,
    CredentialsRefused,
    Grant,
    OAuthClient,
    ProviderMisconfigured,
)
from providers.oauth.provider_client import ProviderClient

# RFC 6749, appendix A.11: visible ASCII characters.
CODE: Final = re.compile(r"[\x21-\x7e]{1,4096}")
# Sends a form to the token endpoint as one of the tenant's applications.
RequestGrant = Callable[[ProviderClient, OAuthClient, Mapping[str, str]], Grant]


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


def begin_exchange(
    code: str, request: CodeRequest, provider_client: ProviderClient
) -> tuple[OAuthClient, dict[str, str]]:
    """Return the tenant's web application, and the form with which it exchanges the code that a browser brought back.

    Raises as `require_code` and `choose_web_client`.
    """
    require_code(code, provider_client)
    client = choose_web_client(provider_client)
    form = build_code_form(code, client, request.redirect_uri)
    return client, form | {"code_verifier": request.code_verifier}


def exchange_as_any_client(
    code: str, redirect_uri: str, provider_client: ProviderClient, request_grant: RequestGrant
) -> Grant:
    """Return the grant of a code that doesn't say which application it belongs to.

    Providers take it from that one alone: each of the tenant's applications that have a secret is tried. Raises what
    `request_grant` does, `CredentialsRefused` where all are refused, and `ProviderMisconfigured` where there is none.
    """
    require_code(code, provider_client)
    refused: CredentialsRefused | None = None
    for client in provider_client.require_clients():
        if client.secret is not None:
            form = build_code_form(code, client, redirect_uri)
            try:
                return request_grant(provider_client, client, form)
            except CredentialsRefused as error:
                refused = error
    raise refused or ProviderMisconfigured(provider_client.provider, "client_secret")


def require_refresh(grant: Grant, provider_client: ProviderClient) -> tuple[OAuthClient, str]:
    """Return the application that a grant was made for, and its refresh token.

    Raises `CredentialsRefused` for a grant without one, `ProviderMisconfigured` where the application is gone.
    """
    if grant.refresh_token is None:
        raise CredentialsRefused(provider_client.provider, "expired")
    for client in provider_client.require_clients():
        if client.id == grant.client_id:
            return client, grant.refresh_token
    raise ProviderMisconfigured(provider_client.provider, "clients")


def build_code_form(code: str, client: OAuthClient, redirect_uri: str) -> dict[str, str]:
    """Return the form that exchanges a code for tokens (RFC 6749, section 4.1.3), without a verifier."""
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
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
