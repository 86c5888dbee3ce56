"""Log-in with an OpenID Connect issuer in a browser, against the stand-in's consent page."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests

from providers.conformance.codes import REQUEST
from providers.contracts import (
    AuthContext,
    CodeRequest,
    CredentialsRefused,
    HttpAnswer,
    HttpClient,
    OAuthClient,
    ProviderMisconfigured,
    ProviderSettings,
    ProviderUnavailable,
)
from providers.testing import CodeLoginContract, GoodCode, json_answer
from tests.plugins.oidc.conftest import OIDC, OURS, build_context
from tests.plugins.oidc.test_oidc_tokens import ANSWERS, ISSUER, SUBJECT, sign
from tests.standins.oidc import DISCOVERY, TOKENS, USER_INFO, OidcStandin


def tokens(nonce: str) -> dict[str, HttpAnswer]:
    answer = {"access_token": "opaque", "token_type": "Bearer", "id_token": sign(nonce=nonce)}
    return {**ANSWERS, f"POST {ISSUER}/token": json_answer(answer)}


class TestContract(CodeLoginContract):
    provider = OIDC
    good = GoodCode(
        subject=SUBJECT,
        settings=ProviderSettings(clients=(OURS,), options={"issuer": ISSUER}),
        answers=tokens(REQUEST.nonce),
        answers_with_other_nonce=tokens("of another log-in"),
    )


def come_back(context: AuthContext) -> str:
    """Consent on the issuer's page, and return the code that the browser comes back with."""
    url = OIDC.make_login_url(REQUEST, context)
    page = requests.get(url, allow_redirects=False, timeout=60).headers["Location"]
    assert page.startswith(f"{REQUEST.redirect_uri}?")
    answer = dict(parse_qsl(urlsplit(page).query))
    assert answer["state"] == REQUEST.state
    return answer["code"]


@pytest.mark.parametrize("takes", ["client_secret_post", "client_secret_basic"])
def test_the_code_of_the_consent_page_proves_the_identity(
    issuer: OidcStandin, context: AuthContext, takes: str
) -> None:
    issuer.takes = takes
    identity = OIDC.verify_code(come_back(context), REQUEST, context)
    assert (identity.email, identity.email_verified) == ("joe@acme.example", True)
    asked = issuer.page.asked[0]
    assert asked["code_challenge"] == REQUEST.code_challenge
    assert (asked["nonce"], asked["scope"]) == (REQUEST.nonce, "openid email profile")
    assert issuer.count(DISCOVERY) == 1


def test_the_user_is_the_same_by_code_and_by_token(
    issuer: OidcStandin, context: AuthContext
) -> None:
    by_token = issuer.sign(person="joe", client_id=OURS.id)
    from tests.plugins.oidc.test_oidc_tokens import read_subject

    by_code = OIDC.verify_code(come_back(context), REQUEST, context)
    assert by_code.subject == read_subject(context, by_token)


def test_a_code_is_good_once(issuer: OidcStandin, context: AuthContext) -> None:
    code = come_back(context)
    OIDC.verify_code(code, REQUEST, context)
    with pytest.raises(CredentialsRefused):
        OIDC.verify_code(code, REQUEST, context)


@pytest.mark.parametrize("wrong", ["nonce", "code_verifier", "redirect_uri"])
def test_a_code_of_another_log_in_is_refused(
    issuer: OidcStandin, context: AuthContext, wrong: str
) -> None:
    code = come_back(context)
    other = CodeRequest(**{**REQUEST.model_dump(), wrong: f"another-{REQUEST.code_verifier}"})
    with pytest.raises(CredentialsRefused):
        OIDC.verify_code(code, other, context)


def test_an_id_token_without_a_nonce_is_refused(
    issuer: OidcStandin, context: AuthContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = issuer.sign

    def forget_nonce(**claims: object) -> str:
        claims.pop("nonce")
        return true(**claims)  # type: ignore[arg-type]

    monkeypatch.setattr(issuer, "sign", forget_nonce)
    with pytest.raises(CredentialsRefused):
        OIDC.verify_code(come_back(context), REQUEST, context)


def test_an_unsigned_token_of_the_token_endpoint_is_refused(
    issuer: OidcStandin, context: AuthContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = issuer.sign

    def forget_signature(**claims: object) -> str:
        token = true(**claims)  # type: ignore[arg-type]
        document = jwt.decode(token, options={"verify_signature": False})
        return jwt.encode(document, "", algorithm="none")

    monkeypatch.setattr(issuer, "sign", forget_signature)
    with pytest.raises(CredentialsRefused):
        OIDC.verify_code(come_back(context), REQUEST, context)


def test_the_address_may_come_from_the_user_info_endpoint(
    issuer: OidcStandin, context: AuthContext
) -> None:
    issuer.hides_email = True
    identity = OIDC.verify_code(come_back(context), REQUEST, context)
    assert (identity.email, identity.email_verified) == ("joe@acme.example", True)
    assert issuer.count(USER_INFO) == 1


@pytest.mark.parametrize("sub", ["boss", None])
def test_user_info_about_another_user_is_not_believed(
    issuer: OidcStandin, context: AuthContext, sub: str | None
) -> None:
    issuer.hides_email = True
    issuer.people["joe"] = {"email": "boss@acme.example", "email_verified": True, "sub": sub}
    with pytest.raises(ProviderUnavailable):
        OIDC.verify_code(come_back(context), REQUEST, context)


def test_a_wrong_secret_is_a_wrong_setting(issuer: OidcStandin, context: AuthContext) -> None:
    code = come_back(context)
    wrong = (OAuthClient(id=OURS.id, secret="wrong"),)
    settings = replace(context.settings, clients=wrong)
    with pytest.raises(ProviderMisconfigured) as caught:
        OIDC.verify_code(code, REQUEST, replace(context, settings=settings))
    assert caught.value.setting == "client_secret"


def test_a_redirect_of_the_token_endpoint_is_not_followed(
    issuer: OidcStandin, context: AuthContext
) -> None:
    code = come_back(context)
    issuer.failures.plan("redirect", path=TOKENS, times=1)
    with pytest.raises(ProviderUnavailable):
        OIDC.verify_code(code, REQUEST, context)


def test_an_operator_may_ask_for_other_scopes(issuer: OidcStandin, http: HttpClient) -> None:
    context = build_context(http, issuer=issuer.issuer, scopes="openid  email groups")
    come_back(context)
    assert issuer.page.asked[0]["scope"] == "openid email groups"
