from __future__ import annotations

import pytest

from plugins.linkedin.provider import LinkedinProvider
from providers.contracts import (
    AuthContext,
    CredentialsRefused,
    HttpClient,
    Identity,
    OAuthClient,
    ProfileAccess,
    ProviderError,
    ProviderMisconfigured,
    ProviderSettings,
    ProviderUnavailable,
    ScopeMissing,
    TokenCredentials,
    WrongAudience,
)
from providers.testing import (
    AuthProviderContract,
    GoodLogin,
    NoNetwork,
    ScriptedHttp,
    json_answer,
)
from tests.plugins.conftest import PatientClient
from tests.standins.identity import IdentityStandin

LINKEDIN = LinkedinProvider()
OURS = OAuthClient(id="861hhm46p48to1", secret="our-secret")
LEGACY = "r_liteprofile r_emailaddress"
INTROSPECTION = {
    "active": True,
    "client_id": OURS.id,
    "authorized_at": 1700000000,
    "created_at": 1700000000,
    "status": "active",
    "expires_at": 4102444800,
    "scope": "openid,profile,email",
    "auth_type": "3L",
}
USER_INFO = {
    "sub": "kfW51gr4Ja",
    "email_verified": True,
    "name": "Bob Smith",
    "locale": {"country": "US", "language": "en"},
    "given_name": "Bob",
    "family_name": "Smith",
    "email": "bob@linked.test",
    "picture": "https://media.licdn.com/dms/image/1",
}
NO_ACCESS = {
    "status": 403,
    "serviceErrorCode": 100,
    "code": "ACCESS_DENIED",
    "message": "Not enough permissions to access: userinfo.GET.NO_VERSION",
}
ME = {
    "id": "kfW51gr4Ja",
    "firstName": {
        "localized": {"en_US": "Bob"},
        "preferredLocale": {"country": "US", "language": "en"},
    },
    "lastName": {
        "localized": {"en_US": "Smith"},
        "preferredLocale": {"country": "US", "language": "en"},
    },
    "localizedFirstName": "Bob",
    "localizedLastName": "Smith",
}
EMAIL = {
    "elements": [
        {"handle": "urn:li:emailAddress:1", "handle~": {"emailAddress": "bob@linked.test"}}
    ]
}
INTROSPECT = "POST https://www.linkedin.com/oauth/v2/introspectToken"
USERINFO = "GET https://api.linkedin.com/v2/userinfo"


class TestContract(AuthProviderContract):
    provider = LINKEDIN
    good = GoodLogin(
        credentials=TokenCredentials(token="AQV8k3-good-token"),
        subject="kfW51gr4Ja",
        settings=ProviderSettings(clients=(OURS,)),
        answers={
            INTROSPECT: json_answer(INTROSPECTION),
            USERINFO: json_answer(USER_INFO),
            "GET https://api.linkedin.com/v2/me": json_answer(NO_ACCESS, status=403),
        },
    )


class TestContractWithALegacyToken(AuthProviderContract):
    provider = LINKEDIN
    good = GoodLogin(
        credentials=TokenCredentials(token="AQV8k3-old-token"),
        subject="kfW51gr4Ja",
        settings=ProviderSettings(clients=(OURS,)),
        answers={
            INTROSPECT: json_answer(INTROSPECTION | {"scope": "r_liteprofile,r_emailaddress"}),
            USERINFO: json_answer(NO_ACCESS, status=403),
            "GET https://api.linkedin.com/v2/me": json_answer(ME),
            "GET https://api.linkedin.com/v2/emailAddress": json_answer(EMAIL),
        },
    )


@pytest.fixture
def context(standin: IdentityStandin, http: HttpClient) -> AuthContext:
    assert OURS.secret
    standin.linkedin.add_client(client_id=OURS.id, secret=OURS.secret)
    standin.linkedin.add_member(id="yrZCpj2Z12", email="bob@linked.test")
    return AuthContext(http=http, settings=ProviderSettings(clients=(OURS,), base_url=standin.url))


def verify(token: str, context: AuthContext) -> Identity:
    identity = LINKEDIN.verify(TokenCredentials(token=token), context)
    assert identity is not None
    return identity


def scripted(**answers: object) -> AuthContext:
    """Return the context of a LinkedIn whose `introspection` or `user_info` differ from good ones."""
    http = ScriptedHttp(
        {
            INTROSPECT: json_answer(answers.get("introspection", INTROSPECTION)),
            USERINFO: json_answer(answers.get("user_info", USER_INFO)),
        }
    )
    return AuthContext(http=http, settings=ProviderSettings(clients=(OURS,)))


def test_a_token_of_our_application_proves_the_identity(
    standin: IdentityStandin, context: AuthContext
) -> None:
    identity = verify(standin.linkedin.issue(id="yrZCpj2Z12", client_id=OURS.id), context)
    assert identity.subject == "yrZCpj2Z12"
    assert (identity.email, identity.email_verified) == ("bob@linked.test", True)
    assert (identity.first_name, identity.last_name) == ("Bob", "Smith")
    assert identity.grant is not None
    assert identity.grant.scopes == {"openid", "profile", "email"}


def test_a_token_of_another_application_is_refused(
    standin: IdentityStandin, context: AuthContext
) -> None:
    standin.linkedin.add_client(client_id="theirs", secret="their-secret")
    token = standin.linkedin.issue(id="yrZCpj2Z12", client_id="theirs")
    with pytest.raises(CredentialsRefused):
        verify(token, context)
    assert [call.path for call in standin.calls] == ["/oauth/v2/introspectToken"]


def test_an_introspection_that_names_another_application_is_refused() -> None:
    with pytest.raises(WrongAudience) as refused:
        verify("AQt", scripted(introspection=INTROSPECTION | {"client_id": "theirs"}))
    assert refused.value.audience == "theirs"


def test_every_application_of_the_tenant_is_asked(
    standin: IdentityStandin, context: AuthContext
) -> None:
    standin.linkedin.add_client(client_id="second", secret="s2")
    token = standin.linkedin.issue(id="yrZCpj2Z12", client_id="second")
    clients = (OURS, OAuthClient(id="second", secret="s2"))
    both = AuthContext(
        http=context.http, settings=ProviderSettings(clients=clients, base_url=standin.url)
    )
    identity = verify(token, both)
    assert identity.grant is not None
    assert identity.grant.client_id == "second"


def test_a_dead_token_is_refused_with_its_reason(
    standin: IdentityStandin, context: AuthContext
) -> None:
    expired = standin.linkedin.issue(id="yrZCpj2Z12", client_id=OURS.id, expires_in=-1)
    revoked = standin.linkedin.issue(id="yrZCpj2Z12", client_id=OURS.id)
    standin.linkedin.revoke(token=revoked)
    reasons = []
    for token in (expired, revoked, "AQnever-issued"):
        with pytest.raises(CredentialsRefused) as refused:
            verify(token, context)
        reasons.append(refused.value.reason)
    assert reasons == ["expired", "revoked", "invalid"]


def test_a_token_that_linkedin_calls_active_after_its_end_is_refused() -> None:
    with pytest.raises(CredentialsRefused):
        verify("AQt", scripted(introspection=INTROSPECTION | {"expires_at": 1000000000}))


@pytest.mark.parametrize("code", [65600, 65601, 65602])
def test_a_token_that_dies_between_two_requests_is_refused(code: int) -> None:
    context = scripted()
    assert isinstance(context.http, ScriptedHttp)
    died = {"serviceErrorCode": code, "message": "Invalid access token", "status": 401}
    context.http.fault = (1, json_answer(died, status=401))
    with pytest.raises(CredentialsRefused):
        verify("AQt", context)


def test_an_unverified_email_is_carried_as_such(
    standin: IdentityStandin, context: AuthContext
) -> None:
    standin.linkedin.add_member(id="m2", email="boss@acme.test", email_verified=False)
    identity = verify(standin.linkedin.issue(id="m2", client_id=OURS.id), context)
    assert (identity.email, identity.email_verified) == ("boss@acme.test", False)


def test_a_token_of_an_older_application_proves_the_identity(
    standin: IdentityStandin, context: AuthContext
) -> None:
    identity = verify(
        standin.linkedin.issue(id="yrZCpj2Z12", client_id=OURS.id, scope=LEGACY), context
    )
    assert (identity.subject, identity.first_name, identity.last_name) == (
        "yrZCpj2Z12",
        "Bob",
        "Smith",
    )
    assert (identity.email, identity.email_verified) == ("bob@linked.test", False)


def test_an_older_application_may_lack_the_email(
    standin: IdentityStandin, context: AuthContext
) -> None:
    token = standin.linkedin.issue(id="yrZCpj2Z12", client_id=OURS.id, scope="r_liteprofile")
    assert verify(token, context).email is None


def test_a_token_that_opens_nothing_is_refused(
    standin: IdentityStandin, context: AuthContext
) -> None:
    token = standin.linkedin.issue(id="yrZCpj2Z12", client_id=OURS.id, scope="w_member_social")
    with pytest.raises(ScopeMissing):
        verify(token, context)


def test_a_tenant_without_applications_accepts_no_token() -> None:
    with pytest.raises(ProviderMisconfigured) as misconfigured:
        verify("AQt", AuthContext(http=NoNetwork()))
    assert misconfigured.value.setting == "clients"


@pytest.mark.parametrize("secret", ["wrong", None])
def test_a_wrong_client_secret_is_the_operators_matter(
    standin: IdentityStandin, context: AuthContext, secret: str | None
) -> None:
    clients = (OAuthClient(id=OURS.id, secret=secret),)
    token = standin.linkedin.issue(id="yrZCpj2Z12", client_id=OURS.id)
    wrong = AuthContext(
        http=context.http, settings=ProviderSettings(clients=clients, base_url=standin.url)
    )
    with pytest.raises(ProviderMisconfigured) as misconfigured:
        verify(token, wrong)
    assert misconfigured.value.setting == "client_secret"


@pytest.mark.parametrize("path", ["/oauth/v2/introspectToken", "/v2/userinfo"])
@pytest.mark.parametrize(
    "mode",
    ["down", "error", "busy", "slow", "drip", "garbage", "truncated", "oversize", "redirect"],
)
def test_a_linkedin_in_trouble_is_unavailable_and_good_again_after(
    standin: IdentityStandin, context: AuthContext, http: PatientClient, path: str, mode: str
) -> None:
    token = standin.linkedin.issue(id="yrZCpj2Z12", client_id=OURS.id)
    standin.fail(mode=mode, path=path)
    with http.hurrying(mode), pytest.raises(ProviderUnavailable):
        verify(token, context)
    standin.recover()
    assert verify(token, context).subject == "yrZCpj2Z12"


@pytest.mark.parametrize(
    "answers",
    [
        {"introspection": {"active": "true"}},
        {"introspection": {"active": 1, "client_id": OURS.id}},
        {"introspection": {"active": True}},
        {"introspection": INTROSPECTION | {"expires_at": 10**20}},
        {"user_info": USER_INFO | {"sub": None}},
        {"user_info": USER_INFO | {"given_name": "\x00"}},
        {"user_info": USER_INFO | {"email": 5}},
    ],
)
def test_answers_that_make_no_sense_are_not_believed(answers: dict[str, object]) -> None:
    with pytest.raises(ProviderUnavailable) as unavailable:
        verify("AQt", scripted(**answers))
    assert unavailable.value.reason == "malformed"


def test_linkedin_has_profiles() -> None:
    assert isinstance(LINKEDIN, ProfileAccess)


def test_the_profile_is_linkedins_own_document(
    standin: IdentityStandin, context: AuthContext
) -> None:
    token = standin.linkedin.issue(
        id="yrZCpj2Z12", client_id=OURS.id, scope="r_basicprofile r_liteprofile"
    )
    profile = LINKEDIN.fetch_profile(token, context)
    assert profile == {
        "id": "yrZCpj2Z12",
        "localizedFirstName": "Bob",
        "localizedLastName": "Smith",
        "firstName": {
            "localized": {"en_US": "Bob"},
            "preferredLocale": {"country": "US", "language": "en"},
        },
        "lastName": {
            "localized": {"en_US": "Smith"},
            "preferredLocale": {"country": "US", "language": "en"},
        },
        "headline": {
            "localized": {"en_US": "API Enthusiast at LinkedIn"},
            "preferredLocale": {"country": "US", "language": "en"},
        },
        "localizedHeadline": "API Enthusiast at LinkedIn",
        "vanityName": "bsmith",
        "profilePicture": {"displayImage": "urn:li:digitalmediaAsset:C4D00AAAAbBCDEFGhiJ"},
    }


def test_an_openid_application_gets_the_same_shape(
    standin: IdentityStandin, context: AuthContext
) -> None:
    token = standin.linkedin.issue(id="yrZCpj2Z12", client_id=OURS.id)
    assert LINKEDIN.fetch_profile(token, context) == {
        "id": "yrZCpj2Z12",
        "localizedFirstName": "Bob",
        "firstName": {
            "localized": {"en_US": "Bob"},
            "preferredLocale": {"country": "US", "language": "en"},
        },
        "localizedLastName": "Smith",
        "lastName": {
            "localized": {"en_US": "Smith"},
            "preferredLocale": {"country": "US", "language": "en"},
        },
        "profilePicture": {"displayImage": "https://media.licdn.com/dms/image/C4D00AAAAbBCDEFGhiJ"},
    }


@pytest.mark.parametrize(
    ("locale", "key"),
    [
        ({"country": "BR", "language": "pt"}, "pt_BR"),
        ("de_DE", "de_DE"),
        ("de-DE", "de_DE"),
        ("?", "en_US"),
    ],
)
def test_the_profile_keeps_the_locale_in_any_of_its_shapes(locale: object, key: str) -> None:
    http = ScriptedHttp(
        {
            "GET https://api.linkedin.com/v2/me": json_answer(NO_ACCESS, status=403),
            USERINFO: json_answer({"sub": "m", "given_name": "João", "locale": locale}),
        }
    )
    profile = LINKEDIN.fetch_profile("AQt", AuthContext(http=http))
    first = profile["firstName"]
    assert isinstance(first, dict)
    assert first["localized"] == {key: "João"}


def test_a_profile_of_a_dead_token_is_refused(
    standin: IdentityStandin, context: AuthContext
) -> None:
    token = standin.linkedin.issue(id="yrZCpj2Z12", client_id=OURS.id, expires_in=-1)
    with pytest.raises(CredentialsRefused) as refused:
        LINKEDIN.fetch_profile(token, context)
    assert refused.value.reason == "expired"


@pytest.mark.parametrize("mode", ["down", "error", "garbage", "truncated"])
def test_a_profile_during_an_outage_is_unavailable(
    standin: IdentityStandin, context: AuthContext, mode: str
) -> None:
    token = standin.linkedin.issue(id="yrZCpj2Z12", client_id=OURS.id)
    standin.fail(mode=mode)
    with pytest.raises(ProviderUnavailable):
        LINKEDIN.fetch_profile(token, context)


def test_a_token_that_cannot_be_one_is_never_sent() -> None:
    with pytest.raises(ProviderError):
        LINKEDIN.fetch_profile("a\r\nX-Evil: 1", AuthContext(http=NoNetwork()))
