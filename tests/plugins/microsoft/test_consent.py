"""A visit to Microsoft's page: its code opens the mailbox of the account that was there, in that visit alone."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from plugins.microsoft.provider import MicrosoftProvider
from providers.contracts import (
    AuthContext,
    CodeRequest,
    CredentialsRefused,
    HttpClient,
    OAuthClient,
    ProviderMisconfigured,
    ProviderSettings,
    ProviderUnavailable,
)
from tests.standins.microsoft import READ_IMAP, Microsoft

PROVIDER = MicrosoftProvider()
VISIT = CodeRequest(
    redirect_uri="https://acme.example/back", state="s" * 43, nonce="n" * 43, code_verifier="v" * 43
)


@pytest.fixture
def microsoft() -> Microsoft:
    return Microsoft(clients={"ours": "secret"})


@pytest.fixture
def context(microsoft: Microsoft, http: HttpClient) -> Iterator[AuthContext]:
    with microsoft.serving() as service:
        clients = (OAuthClient(id="phone"), OAuthClient(id="ours", secret="secret"))
        settings = ProviderSettings(clients=clients, base_url=service.url)
        yield AuthContext(http=http, settings=settings)


def code_of(microsoft: Microsoft, **changes: str) -> str:
    return microsoft.consent(
        "jo@outlook.test",
        redirect_uri=VISIT.redirect_uri,
        **{
            "scope": f"openid offline_access {READ_IMAP}",
            "nonce": VISIT.nonce,
            "challenge": VISIT.code_challenge,
            **changes,
        },
    )


def test_the_page_is_asked_for_imap_and_for_a_refresh_token(context: AuthContext) -> None:
    parts = urlsplit(PROVIDER.make_mail_url(VISIT, context))
    assert parts.path == "/common/oauth2/v2.0/authorize"
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert set(asked["scope"].split()) >= {"openid", "offline_access", READ_IMAP}
    assert (asked["client_id"], asked["state"], asked["nonce"]) == (
        "ours",
        VISIT.state,
        VISIT.nonce,
    )
    assert (asked["code_challenge"], asked["code_challenge_method"]) == (
        VISIT.code_challenge,
        "S256",
    )


@pytest.mark.parametrize(
    ("claims", "address"),
    [
        ({}, "jo@outlook.test"),
        ({"preferred_username": "jo@corp.test"}, "jo@corp.test"),
        ({"preferred_username": "+1 555 0100"}, "jo@outlook.test"),
        ({"email": None, "preferred_username": "jo@corp.test"}, "jo@corp.test"),
        ({"preferred_username": "jo", "email": ""}, None),
        ({"tid": "consumers"}, None),
        ({"preferred_username": ["jo@corp.test"]}, None),
    ],
    ids=["both", "name", "number", "null", "none", "directory", "list"],
)
def test_the_code_opens_the_mailbox_of_the_account_that_was_there(
    microsoft: Microsoft, context: AuthContext, claims: dict[str, object], address: str | None
) -> None:
    microsoft.claims = claims
    code = code_of(microsoft)
    if address is None:
        with pytest.raises(ProviderUnavailable) as unclear:
            PROVIDER.redeem_imap_code(code, VISIT, context)
        assert unclear.value.reason == "malformed"
        return
    opened = PROVIDER.redeem_imap_code(code, VISIT, context)
    assert (opened.email, opened.subject) == (address, "sub-of-jo@outlook.test")
    assert opened.grant.refresh_token in microsoft.refresh_tokens


@pytest.mark.parametrize(
    ("changes", "claims"),
    [
        ({"nonce": "of another visit"}, {}),
        ({"challenge": "of another visit"}, {}),
        ({}, {"aud": "other"}),
        ({}, {"iss": "https://login.evil.test/v2.0"}),
        ({}, {"tid": "00000000-0000-0000-0000-000000000000"}),
        ({}, {"exp": 5}),
    ],
    ids=["nonce", "verifier", "audience", "issuer", "directory", "expired"],
)
def test_a_code_of_another_visit_or_application_is_refused(
    microsoft: Microsoft,
    context: AuthContext,
    changes: dict[str, str],
    claims: dict[str, object],
) -> None:
    microsoft.claims = claims
    with pytest.raises(CredentialsRefused):
        PROVIDER.redeem_imap_code(code_of(microsoft, **changes), VISIT, context)
    with pytest.raises(CredentialsRefused):
        PROVIDER.redeem_imap_code("a\r\nb", VISIT, context)


def test_an_application_without_a_secret_has_no_page(http: HttpClient) -> None:
    settings = ProviderSettings(clients=(OAuthClient(id="phone"),))
    with pytest.raises(ProviderMisconfigured):
        PROVIDER.make_mail_url(VISIT, AuthContext(http=http, settings=settings))
