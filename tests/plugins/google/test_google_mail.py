from __future__ import annotations

import pytest

from plugins.google.provider import GMAIL_READONLY
from providers.contracts import (
    AuthContext,
    CredentialsRefused,
    Grant,
    MailAccess,
    OAuthClient,
    ProviderError,
    ProviderMisconfigured,
    ProviderSettings,
    ProviderUnavailable,
    ScopeMissing,
    WrongAudience,
)
from providers.testing import ScriptedHttp, json_answer
from tests.plugins.conftest import PatientClient
from tests.plugins.google.responses import GOOGLE, MAIL_SCOPE, OURS
from tests.standins.identity import IdentityStandin


def test_google_can_open_mail() -> None:
    assert isinstance(GOOGLE, MailAccess)


def test_a_token_that_may_read_mail_is_granted(
    standin: IdentityStandin, context: AuthContext
) -> None:
    token = standin.google.issue(sub="108437291", client_id=OURS.id, scope=MAIL_SCOPE)
    grant = GOOGLE.verify_mail_access(token, context)
    assert (grant.provider, grant.subject, grant.email) == (
        "google-oauth2",
        "108437291",
        "joe@gmail.test",
    )
    assert grant.grant.access_token == token
    assert GMAIL_READONLY in grant.grant.scopes


@pytest.mark.parametrize(
    "scope", ["openid email profile", "openid https://www.googleapis.com/auth/gmail.metadata"]
)
def test_a_token_that_may_not_read_mail_is_refused(
    standin: IdentityStandin, context: AuthContext, scope: str
) -> None:
    token = standin.google.issue(sub="108437291", client_id=OURS.id, scope=scope)
    with pytest.raises(ScopeMissing) as refused:
        GOOGLE.verify_mail_access(token, context)
    assert refused.value.missing == {GMAIL_READONLY}


def test_a_mail_token_without_an_owner_is_refused(
    standin: IdentityStandin, context: AuthContext
) -> None:
    token = standin.google.issue(sub="108437291", client_id=OURS.id, scope=GMAIL_READONLY)
    with pytest.raises(ScopeMissing) as refused:
        GOOGLE.verify_mail_access(token, context)
    assert refused.value.missing == {"openid"}


def test_a_mail_token_of_another_application_or_a_dead_one_is_refused(
    standin: IdentityStandin, context: AuthContext
) -> None:
    theirs = standin.google.issue(sub="108437291", client_id="theirs", scope=MAIL_SCOPE)
    with pytest.raises(WrongAudience):
        GOOGLE.verify_mail_access(theirs, context)
    dead = standin.google.issue(sub="108437291", client_id=OURS.id, scope=MAIL_SCOPE, expires_in=-1)
    with pytest.raises(CredentialsRefused):
        GOOGLE.verify_mail_access(dead, context)


def stored(token: str, *, client_id: str = OURS.id) -> Grant:
    return Grant(
        access_token=token,
        refresh_token=f"1//{token}",
        client_id=client_id,
        scopes=frozenset(MAIL_SCOPE.split()),
    )


def test_a_refresh_gives_a_token_that_works(standin: IdentityStandin, context: AuthContext) -> None:
    old = standin.google.issue(sub="108437291", client_id=OURS.id, scope=MAIL_SCOPE, expires_in=-1)
    fresh = GOOGLE.refresh_access(stored(old), context)
    assert fresh.access_token != old
    assert fresh.refresh_token == f"1//{old}", "Google doesn't repeat it, so the old one stays"
    assert fresh.expires_at is not None
    assert fresh.expires_at > context.now()
    assert GOOGLE.verify_mail_access(fresh.access_token, context).subject == "108437291"


REDIRECT = "https://app.acme.example/connected"


def test_a_code_is_exchanged_for_a_grant_that_can_be_refreshed(
    standin: IdentityStandin, context: AuthContext
) -> None:
    code = consent(standin)
    grant = GOOGLE.exchange_code(code, REDIRECT, context)
    assert GOOGLE.verify_mail_access(grant.access_token, context).email == "joe@gmail.test"
    assert GOOGLE.refresh_access(grant, context).access_token != grant.access_token


def test_a_code_is_good_once_and_for_its_own_address(
    standin: IdentityStandin, context: AuthContext
) -> None:
    code = consent(standin)
    for redirect_uri, is_good in (
        ("https://evil.example", False),
        (REDIRECT, True),
        (REDIRECT, False),
    ):
        if is_good:
            GOOGLE.exchange_code(code, redirect_uri, context)
        else:
            with pytest.raises(CredentialsRefused):
                GOOGLE.exchange_code(code, redirect_uri, context)


def test_the_application_that_a_code_belongs_to_is_found_among_the_tenants(
    standin: IdentityStandin, context: AuthContext
) -> None:
    second = OAuthClient(id="second.apps.googleusercontent.com", secret="second-secret")
    standin.google.add_client(client_id=second.id, secret="second-secret")
    clients = (OAuthClient(id="android.apps.googleusercontent.com"), OURS, second)
    both = AuthContext(
        http=context.http, settings=ProviderSettings(clients=clients, base_url=standin.url)
    )
    grant = GOOGLE.exchange_code(consent(standin, client_id=second.id), REDIRECT, both)
    assert grant.client_id == second.id


def test_without_a_secret_no_code_can_be_exchanged(context: AuthContext) -> None:
    public = ProviderSettings(clients=(OAuthClient(id="android"),))
    with pytest.raises(ProviderMisconfigured) as misconfigured:
        GOOGLE.exchange_code("4/0code", REDIRECT, AuthContext(http=context.http, settings=public))
    assert misconfigured.value.setting == "client_secret"


def consent(standin: IdentityStandin, *, client_id: str = OURS.id) -> str:
    return standin.google.consent(
        sub="108437291", client_id=client_id, redirect_uri=REDIRECT, scope=MAIL_SCOPE
    )


def test_a_revoked_refresh_token_is_refused(standin: IdentityStandin, context: AuthContext) -> None:
    token = standin.google.issue(sub="108437291", client_id=OURS.id)
    standin.google.revoke(token=token)
    with pytest.raises(CredentialsRefused) as refused:
        GOOGLE.refresh_access(stored(token), context)
    assert refused.value.reason == "revoked"


def test_a_grant_without_a_refresh_token_has_to_be_asked_for_again(context: AuthContext) -> None:
    with pytest.raises(CredentialsRefused):
        GOOGLE.refresh_access(Grant(access_token="ya29.t", client_id=OURS.id), context)


def test_a_wrong_client_secret_is_the_operators_matter(
    standin: IdentityStandin, context: AuthContext
) -> None:
    standin.google.add_client(client_id=OURS.id, secret="changed at Google")
    token = standin.google.issue(sub="108437291", client_id=OURS.id)
    with pytest.raises(ProviderMisconfigured) as misconfigured:
        GOOGLE.refresh_access(stored(token), context)
    assert misconfigured.value.setting == "client_secret"


def test_an_application_that_was_removed_is_the_operators_matter(context: AuthContext) -> None:
    with pytest.raises(ProviderMisconfigured):
        GOOGLE.refresh_access(stored("ya29.t", client_id="removed"), context)


@pytest.mark.parametrize("mode", ["down", "error", "garbage", "slow", "truncated"])
def test_a_refresh_during_an_outage_loses_nothing(
    standin: IdentityStandin, context: AuthContext, http: PatientClient, mode: str
) -> None:
    token = standin.google.issue(sub="108437291", client_id=OURS.id)
    standin.fail(mode=mode)
    with http.hurrying(mode), pytest.raises(ProviderUnavailable):
        GOOGLE.refresh_access(stored(token), context)
    standin.recover()
    assert GOOGLE.refresh_access(stored(token), context).access_token


@pytest.mark.parametrize(
    "payload", [{}, {"access_token": ""}, {"access_token": 5}, {"access_token": None}]
)
def test_a_refresh_that_brings_no_token_is_no_refresh(payload: object) -> None:
    http = ScriptedHttp({"POST https://oauth2.googleapis.com/token": json_answer(payload)})
    with pytest.raises(ProviderError):
        GOOGLE.refresh_access(
            stored("ya29.t"), AuthContext(http=http, settings=ProviderSettings(clients=(OURS,)))
        )
