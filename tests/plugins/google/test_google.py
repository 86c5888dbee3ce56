from __future__ import annotations

import pytest

from providers.contracts import (
    AuthContext,
    CredentialsRefused,
    HttpClient,
    Identity,
    OAuthClient,
    ProviderMisconfigured,
    ProviderSettings,
    ProviderUnavailable,
    TokenCredentials,
    WrongAudience,
)
from providers.testing import AuthProviderContract, GoodLogin, NoNetwork, ScriptedHttp, json_answer
from tests.plugins.conftest import PatientClient
from tests.plugins.google.responses import (
    GOOGLE,
    OLD_TOKEN_INFO,
    OURS,
    TOKEN_INFO,
    USER_INFO,
    scripted,
)
from tests.standins.identity import IdentityStandin


class TestContract(AuthProviderContract):
    provider = GOOGLE
    good = GoodLogin(
        credentials=TokenCredentials(token="ya29.a0AfB_good-token"),
        subject="108437291",
        settings=ProviderSettings(clients=(OURS,)),
        answers={
            "GET https://oauth2.googleapis.com/tokeninfo": json_answer(TOKEN_INFO),
            "GET https://www.googleapis.com/oauth2/v3/userinfo": json_answer(USER_INFO),
        },
    )


def verify(token: str, context: AuthContext) -> Identity:
    identity = GOOGLE.verify(TokenCredentials(token=token), context)
    assert identity is not None
    return identity


def test_a_token_of_our_application_proves_the_identity(
    standin: IdentityStandin, context: AuthContext
) -> None:
    token = standin.google.issue(sub="108437291", client_id=OURS.id)
    identity = verify(token, context)
    assert identity.subject == "108437291"
    assert (identity.email, identity.email_verified) == ("joe@gmail.test", True)
    assert (identity.first_name, identity.last_name) == ("Joe", "Smith")
    assert identity.grant is not None
    assert identity.grant.client_id == OURS.id
    assert identity.grant.scopes == {"openid", "email", "profile"}
    assert identity.grant.expires_at is not None
    assert identity.grant.expires_at > context.now()


def test_a_token_issued_to_another_application_is_refused(
    standin: IdentityStandin, context: AuthContext
) -> None:
    token = standin.google.issue(sub="108437291", client_id="theirs.apps.googleusercontent.com")
    with pytest.raises(WrongAudience) as refused:
        verify(token, context)
    assert refused.value.audience == "theirs.apps.googleusercontent.com"
    assert [call.path for call in standin.calls] == ["/tokeninfo"], "nothing more is asked with it"


def test_a_token_presented_by_another_application_is_refused(
    standin: IdentityStandin, context: AuthContext
) -> None:
    token = standin.google.issue(sub="108437291", client_id=OURS.id, presenter="theirs")
    with pytest.raises(WrongAudience):
        verify(token, context)


@pytest.mark.parametrize("named", ["audience", "issued_to"])
def test_the_old_shape_of_tokeninfo_is_held_against_our_applications_too(named: str) -> None:
    assert verify("ya29.t", scripted(OLD_TOKEN_INFO)).subject == "108437291"
    with pytest.raises(WrongAudience):
        verify("ya29.t", scripted(OLD_TOKEN_INFO | {named: "theirs"}))


def test_every_application_of_the_tenant_is_good(
    standin: IdentityStandin, context: AuthContext
) -> None:
    web, android = OURS, OAuthClient(id="android.apps.googleusercontent.com")
    both = AuthContext(
        http=context.http,
        settings=ProviderSettings(clients=(web, android), base_url=standin.url),
    )
    token = standin.google.issue(sub="108437291", client_id=web.id, presenter=android.id)
    assert verify(token, both).subject == "108437291"


def test_a_tenant_without_applications_accepts_no_token() -> None:
    with pytest.raises(ProviderMisconfigured) as misconfigured:
        verify("ya29.t", AuthContext(http=NoNetwork()))
    assert misconfigured.value.setting == "clients"


def test_a_dead_token_is_refused(standin: IdentityStandin, context: AuthContext) -> None:
    expired = standin.google.issue(sub="108437291", client_id=OURS.id, expires_in=-1)
    revoked = standin.google.issue(sub="108437291", client_id=OURS.id)
    standin.google.revoke(token=revoked)
    for token in (expired, revoked, "ya29.never-issued"):
        with pytest.raises(CredentialsRefused):
            verify(token, context)


@pytest.mark.parametrize("past", [{"exp": "1000000000"}, {"expires_in": 0}, {"expires_in": "-5"}])
def test_an_expired_token_is_refused(past: dict[str, object]) -> None:
    without_times = {
        name: value for name, value in TOKEN_INFO.items() if name not in ("exp", "expires_in")
    }
    with pytest.raises(CredentialsRefused) as refused:
        verify("ya29.t", scripted(without_times | past))
    assert refused.value.reason == "expired"


def test_an_unverified_email_is_carried_as_such(
    standin: IdentityStandin, context: AuthContext
) -> None:
    standin.google.add_account(sub="7", email="boss@acme.test", email_verified=False)
    identity = verify(standin.google.issue(sub="7", client_id=OURS.id), context)
    assert (identity.email, identity.email_verified) == ("boss@acme.test", False)


@pytest.mark.parametrize("claim", ["false", "yes", 1, "1", None, "TRUE", [True]])
def test_only_a_plain_yes_verifies_an_email(claim: object) -> None:
    identity = verify("ya29.t", scripted(user_info=USER_INFO | {"email_verified": claim}))
    assert identity.email_verified is False


def test_the_flag_of_one_address_never_verifies_another() -> None:
    identity = verify(
        "ya29.t",
        scripted(user_info=USER_INFO | {"email": "boss@acme.test", "email_verified": False}),
    )
    assert (identity.email, identity.email_verified) == ("boss@acme.test", False)


def test_a_very_long_name_is_no_reason_to_stay_out() -> None:
    assert (
        verify("ya29.t", scripted(user_info=USER_INFO | {"given_name": "é" * 200})).first_name
        == "é" * 150
    )


def test_an_account_without_email_scope_has_no_email(
    standin: IdentityStandin, context: AuthContext
) -> None:
    token = standin.google.issue(sub="108437291", client_id=OURS.id, scope="openid profile")
    identity = verify(token, context)
    assert (identity.email, identity.email_verified) == (None, False)


def test_the_v2_names_of_userinfo_are_read() -> None:
    old = {
        "id": "108437291",
        "email": "joe@gmail.test",
        "verified_email": True,
        "given_name": "Joe",
    }
    identity = verify("ya29.t", scripted(OLD_TOKEN_INFO, old))
    assert (identity.subject, identity.email_verified, identity.last_name) == (
        "108437291",
        True,
        "",
    )


@pytest.mark.parametrize(
    ("token_info", "user_info"),
    [
        (TOKEN_INFO, USER_INFO | {"sub": "somebody-else"}),
        (TOKEN_INFO, USER_INFO | {"sub": 108437291}),
        (TOKEN_INFO, USER_INFO | {"sub": ""}),
        (TOKEN_INFO, USER_INFO | {"given_name": "Jo\x00e"}),
        (TOKEN_INFO, USER_INFO | {"given_name": "\ud800"}),
        (TOKEN_INFO, USER_INFO | {"email": ["joe@gmail.test"]}),
        (TOKEN_INFO, USER_INFO | {"picture": "x" * 5000}),
        (TOKEN_INFO, USER_INFO | {"email": "x" * 250 + "@gmail.test"}),
        (TOKEN_INFO | {"aud": None}, USER_INFO),
        (TOKEN_INFO | {"aud": [OURS.id]}, USER_INFO),
        (TOKEN_INFO | {"exp": "9" * 30}, USER_INFO),
        (TOKEN_INFO | {"exp": "soon"}, USER_INFO),
    ],
)
def test_answers_that_make_no_sense_are_not_believed(token_info: object, user_info: object) -> None:
    with pytest.raises(ProviderUnavailable) as unavailable:
        verify("ya29.t", scripted(token_info, user_info))
    assert unavailable.value.reason == "malformed"


@pytest.mark.parametrize("path", ["/tokeninfo", "/oauth2/v3/userinfo"])
@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("down", "connection"),
        ("error", "status"),
        ("busy", "rate-limited"),
        ("slow", "timeout"),
        ("drip", "timeout"),
        ("garbage", "malformed"),
        ("truncated", "connection"),
        ("oversize", "too-large"),
        ("redirect", "status"),
    ],
)
def test_a_google_in_trouble_is_unavailable_and_good_again_after(
    standin: IdentityStandin,
    context: AuthContext,
    http: PatientClient,
    path: str,
    mode: str,
    reason: str,
) -> None:
    token = standin.google.issue(sub="108437291", client_id=OURS.id)
    standin.fail(mode=mode, path=path)
    with http.hurrying(mode), pytest.raises(ProviderUnavailable) as unavailable:
        verify(token, context)
    assert unavailable.value.reason == reason
    assert unavailable.value.retry_after == (17 if mode == "busy" else None)
    standin.recover()
    assert verify(token, context).subject == "108437291"


def test_a_google_that_is_gone_is_unavailable(http: HttpClient) -> None:
    nowhere = ProviderSettings(clients=(OURS,), base_url="http://127.0.0.1:1")
    with pytest.raises(ProviderUnavailable) as unavailable:
        verify("ya29.t", AuthContext(http=http, settings=nowhere))
    assert unavailable.value.reason == "connection"


def test_a_quota_is_no_refusal() -> None:
    over_quota = {
        "error": {
            "code": 403,
            "message": "Rate Limit Exceeded",
            "errors": [{"domain": "usageLimits", "reason": "userRateLimitExceeded"}],
            "status": "PERMISSION_DENIED",
        }
    }
    context = scripted()
    assert isinstance(context.http, ScriptedHttp)
    context.http.fault = (1, json_answer(over_quota, status=403))
    with pytest.raises(ProviderUnavailable) as unavailable:
        verify("ya29.t", context)
    assert unavailable.value.reason == "rate-limited"
