"""Log-in with Google in a browser, against the stand-in's consent page."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from providers.conformance.codes import REQUEST
from providers.contracts import (
    AuthContext,
    CodeRequest,
    CredentialsRefused,
    HttpAnswer,
    OAuthClient,
    ProviderMisconfigured,
    ProviderSettings,
)
from providers.testing import CodeLoginContract, GoodCode, json_answer
from tests.plugins.google.responses import GOOGLE, OURS, TOKEN_INFO, USER_INFO
from tests.standins.google import AuthorizationCode, Google
from tests.standins.identity import IdentityStandin

TOKENS = "POST https://oauth2.googleapis.com/token"
CODE = AuthorizationCode(
    sub="108437291", client_id=OURS.id, redirect_uri=REQUEST.redirect_uri, scope="openid"
)


def tokens(**claims: object) -> HttpAnswer:
    id_token = Google().make_id_token(CODE, **{"nonce": REQUEST.nonce, **claims})
    return json_answer({"access_token": "ya29.t", "expires_in": 3599, "id_token": id_token})


ANSWERS = {
    TOKENS: tokens(),
    "GET https://oauth2.googleapis.com/tokeninfo": json_answer(TOKEN_INFO),
    "GET https://www.googleapis.com/oauth2/v3/userinfo": json_answer(USER_INFO),
}


class TestContract(CodeLoginContract):
    provider = GOOGLE
    good = GoodCode(
        subject="108437291",
        settings=ProviderSettings(clients=(OURS,)),
        answers=ANSWERS,
        answers_with_other_nonce={**ANSWERS, TOKENS: tokens(nonce="of another log-in")},
    )


def come_back(standin: IdentityStandin, context: AuthContext) -> str:
    """Consent on Google's page, and return the code that the browser comes back with."""
    standin.google.page.log_in(person="108437291")
    page = requests.get(
        GOOGLE.make_login_url(REQUEST, context), allow_redirects=False, timeout=5
    ).headers["Location"]
    assert page.startswith(f"{REQUEST.redirect_uri}?")
    answer = dict(parse_qsl(urlsplit(page).query))
    assert answer["state"] == REQUEST.state
    return answer["code"]


def test_the_code_of_the_consent_page_proves_the_identity(
    standin: IdentityStandin, context: AuthContext
) -> None:
    identity = GOOGLE.verify_code(come_back(standin, context), REQUEST, context)
    assert (identity.subject, identity.email_verified) == ("108437291", True)
    assert standin.google.page.asked[0]["code_challenge"] == REQUEST.code_challenge


def test_a_code_is_good_once(standin: IdentityStandin, context: AuthContext) -> None:
    code = come_back(standin, context)
    GOOGLE.verify_code(code, REQUEST, context)
    with pytest.raises(CredentialsRefused):
        GOOGLE.verify_code(code, REQUEST, context)


@pytest.mark.parametrize("wrong", ["nonce", "code_verifier", "redirect_uri"])
def test_a_code_of_another_log_in_is_refused(
    standin: IdentityStandin, context: AuthContext, wrong: str
) -> None:
    code = come_back(standin, context)
    other = CodeRequest(**{**REQUEST.model_dump(), wrong: f"another-{REQUEST.code_verifier}"})
    with pytest.raises(CredentialsRefused):
        GOOGLE.verify_code(code, other, context)


def test_the_application_with_a_secret_asks(standin: IdentityStandin, context: AuthContext) -> None:
    phone = OAuthClient(id="android.apps.googleusercontent.com")
    both = replace(context, settings=replace(context.settings, clients=(phone, OURS)))
    assert GOOGLE.verify_code(come_back(standin, both), REQUEST, both).subject == "108437291"
    alone = replace(context, settings=replace(context.settings, clients=(phone,)))
    with pytest.raises(ProviderMisconfigured):
        GOOGLE.make_login_url(REQUEST, alone)
