"""Microsoft's codes and refresh tokens become tokens for IMAP, or errors that say who has to act."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from plugins.microsoft.provider import TOKENS, MicrosoftProvider
from providers.contracts import (
    AuthContext,
    AuthProvider,
    CredentialsRefused,
    Grant,
    HttpAnswer,
    HttpClient,
    ImapAccess,
    ImapConsent,
    OAuthClient,
    PasswordCredentials,
    ProviderMisconfigured,
    ProviderSettings,
    ProviderUnavailable,
    TokenCredentials,
)
from providers.testing import ScriptedHttp, json_answer
from tests.standins.microsoft import READ_IMAP, Microsoft
from tests.standins.server import Standin

REDIRECT = "https://app.example/connected"
PROVIDER = MicrosoftProvider()
OURS, OTHER = OAuthClient(id="ours", secret="secret"), OAuthClient(id="other", secret="another")


@pytest.fixture
def microsoft() -> Microsoft:
    return Microsoft(clients={OURS.id: "secret", OTHER.id: "another"})


@pytest.fixture
def service(microsoft: Microsoft) -> Iterator[Standin]:
    with microsoft.serving() as standin:
        yield standin


@pytest.fixture
def context(service: Standin, http: HttpClient) -> AuthContext:
    settings = ProviderSettings(clients=(OTHER, OURS), base_url=service.url)
    return AuthContext(http=http, settings=settings)


def answering(answer: HttpAnswer) -> AuthContext:
    http = ScriptedHttp({f"POST {TOKENS}": answer})
    return AuthContext(http=http, settings=ProviderSettings(clients=(OURS,)))


def test_it_opens_imap_and_proves_no_identity(context: AuthContext) -> None:
    assert isinstance(PROVIDER, AuthProvider)
    assert isinstance(PROVIDER, ImapAccess)
    assert isinstance(PROVIDER, ImapConsent)
    for credentials in (
        TokenCredentials(token="EwB"),
        PasswordCredentials(username="jo", password="secret"),
    ):
        assert PROVIDER.verify(credentials, context) is None


def test_a_code_of_one_of_the_applications_is_exchanged_and_refreshed(
    microsoft: Microsoft, context: AuthContext
) -> None:
    code = microsoft.consent("jo", redirect_uri=REDIRECT)
    grant = PROVIDER.exchange_code(code, REDIRECT, context)
    assert (grant.access_token, grant.client_id, grant.scopes) == ("EwBjo", "ours", {READ_IMAP})
    assert grant.expires_at is not None
    assert 3500 < (grant.expires_at - context.now()).total_seconds() < 3600
    fresh = PROVIDER.refresh_access(grant, context)
    assert fresh.access_token == "EwBjo"
    assert fresh.refresh_token not in (None, grant.refresh_token)
    assert fresh.refresh_token in microsoft.refresh_tokens


@pytest.mark.parametrize(
    ("code", "redirect_uri"),
    [("M.C5_made-up", REDIRECT), ("", REDIRECT), ("a\r\nb", REDIRECT), (None, "https://x.example")],
    ids=["unknown", "empty", "line-break", "elsewhere"],
)
def test_a_code_that_is_refused_says_so(
    microsoft: Microsoft, context: AuthContext, code: str | None, redirect_uri: str
) -> None:
    issued = microsoft.consent("jo", redirect_uri=REDIRECT)
    with pytest.raises(CredentialsRefused):
        PROVIDER.exchange_code(issued if code is None else code, redirect_uri, context)


def test_a_grant_that_was_revoked_asks_the_user_again(
    microsoft: Microsoft, context: AuthContext
) -> None:
    code = microsoft.consent("jo", redirect_uri=REDIRECT)
    grant = PROVIDER.exchange_code(code, REDIRECT, context)
    microsoft.revoke()
    with pytest.raises(CredentialsRefused):
        PROVIDER.refresh_access(grant, context)
    with pytest.raises(CredentialsRefused):
        PROVIDER.refresh_access(Grant(access_token="EwB", client_id="ours"), context)


def test_what_an_operator_has_to_mend_is_no_refusal(
    microsoft: Microsoft, context: AuthContext
) -> None:
    microsoft.clients["ours"] = "a new secret"
    grant = Grant(access_token="EwB", client_id="ours", refresh_token="r")
    for clients, setting in (
        ((), "clients"),
        ((OTHER,), "clients"),
        ((OURS,), "client_secret"),
    ):
        settings = replace(context.settings, clients=clients)
        with pytest.raises(ProviderMisconfigured) as wrong:
            PROVIDER.refresh_access(grant, replace(context, settings=settings))
        assert wrong.value.setting == setting
    mobile = replace(context.settings, clients=(OAuthClient(id="app", secret=None),))
    with pytest.raises(ProviderMisconfigured):
        PROVIDER.exchange_code("M.C5", REDIRECT, replace(context, settings=mobile))


@pytest.mark.parametrize(
    "answer",
    [
        HttpAnswer(status=200, body=b"<html>"),
        json_answer({"token_type": "Bearer"}),
        json_answer({"access_token": "a\r\nb"}),
        json_answer({"access_token": "x" * 20_001}),
        json_answer({"access_token": "EwB", "expires_in": 10**12}),
        json_answer({"error": "temporarily_unavailable"}, status=400),
        json_answer({"error": {"code": "x"}}, status=400),
        HttpAnswer(status=404, body=b""),
        HttpAnswer(status=302, body=b""),
        HttpAnswer(status=429, body=b"", headers={"retry-after": "7"}),
        HttpAnswer(status=503, body=b""),
    ],
    ids=[
        "html", "no-token", "line-break", "long", "for-ever", "later", "odd-error", "404",
        "redirect", "429", "503",
    ],
)  # fmt: skip
def test_an_answer_that_says_nothing_of_the_code_is_an_outage(answer: HttpAnswer) -> None:
    context = answering(answer)
    with pytest.raises(ProviderUnavailable):
        PROVIDER.exchange_code("M.C5", REDIRECT, context)
    grant = Grant(access_token="EwB", client_id="ours", refresh_token="r")
    with pytest.raises(ProviderUnavailable):
        PROVIDER.refresh_access(grant, context)
