from __future__ import annotations

from collections.abc import Iterator

import pytest

from plugins.oidc.provider import OidcProvider
from providers.contracts import AuthContext, HttpClient, OAuthClient, ProviderSettings
from tests.standins.oidc import OidcStandin

OURS = OAuthClient(id="ours", secret="our secret:+")
OIDC = OidcProvider()


@pytest.fixture
def issuer() -> Iterator[OidcStandin]:
    """An issuer that knows Joe and our application."""
    with OidcStandin() as issuer:
        assert OURS.secret
        issuer.clients = {OURS.id: OURS.secret, "theirs": "their secret"}
        issuer.people["joe"] = {
            "email": "joe@acme.example",
            "email_verified": True,
            "given_name": "Joe",
            "family_name": "Smith",
        }
        issuer.page.log_in(person="joe")
        yield issuer


@pytest.fixture
def context(issuer: OidcStandin, http: HttpClient) -> AuthContext:
    return build_context(http, issuer=issuer.issuer)


def build_context(http: HttpClient, **options: str) -> AuthContext:
    return AuthContext(http=http, settings=ProviderSettings(clients=(OURS,), options=options))
