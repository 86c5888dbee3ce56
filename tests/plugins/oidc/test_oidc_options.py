"""What an operator may set, and Entra: issuers for every directory, and its word for a verified address."""

from __future__ import annotations

import time
from collections.abc import Mapping

import jwt
import pytest

from plugins.oidc.options import OidcOptions
from providers.contracts import (
    AuthContext,
    CredentialsRefused,
    Identity,
    OAuthClient,
    ProviderMisconfigured,
    ProviderSettings,
    TokenCredentials,
)
from providers.options import OptionRefused, check_options
from providers.testing import NoNetwork, ScriptedHttp, json_answer
from tests.plugins.oidc.conftest import OIDC, OURS
from tests.standins.oidc import describe_key, make_key

ACME, OTHER = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490", "1111aaaa-2b34-4da1-9baa-8bc8c9d6a490"
ENTRA = "https://login.microsoftonline.com"
EVERY = f"{ENTRA}/organizations/v2.0"
TEMPLATE = f"{ENTRA}/{{tenantid}}/v2.0"


def answers(
    issuer: str, *, named: str = TEMPLATE, key_issuer: str = TEMPLATE
) -> Mapping[str, object]:
    document = {
        "issuer": named,
        "authorization_endpoint": f"{ENTRA}/organizations/oauth2/v2.0/authorize",
        "token_endpoint": f"{ENTRA}/organizations/oauth2/v2.0/token",
        "jwks_uri": f"{ENTRA}/organizations/discovery/v2.0/keys",
    }
    key = {**describe_key("RS256", 1), "issuer": key_issuer}
    return {
        f"GET {issuer}/.well-known/openid-configuration": json_answer(document),
        f"GET {document['jwks_uri']}": json_answer({"keys": [key]}),
    }


def sign(directory: str, **claims: object) -> str:
    now = int(time.time())
    document = {
        "iss": f"{ENTRA}/{directory}/v2.0",
        "tid": directory,
        "aud": OURS.id,
        "sub": "AAAA",
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
        "email": "joe@acme.example",
        "ver": "2.0",
        **claims,
    }
    return jwt.encode(document, make_key("RS256", 1), algorithm="RS256", headers={"kid": "RS256-1"})


def verify(token: str, *, answers: Mapping[str, object], **options: str) -> Identity:
    settings = ProviderSettings(clients=(OAuthClient(id=OURS.id),), options=options)
    http = ScriptedHttp(answers)  # type: ignore[arg-type]
    identity = OIDC.verify(TokenCredentials(token=token), AuthContext(http=http, settings=settings))
    assert identity is not None
    return identity


def test_a_user_of_a_listed_directory_logs_in() -> None:
    listed = {"issuer": EVERY, "directories": f"{OTHER}, {ACME.upper()}"}
    assert verify(sign(ACME), answers=answers(EVERY), **listed).email == "joe@acme.example"


def test_the_same_subject_of_another_directory_is_another_account() -> None:
    listed = {"issuer": EVERY, "directories": f"{OTHER},{ACME}"}
    here = verify(sign(ACME), answers=answers(EVERY), **listed)
    there = verify(sign(OTHER), answers=answers(EVERY), **listed)
    assert here.subject != there.subject


@pytest.mark.parametrize("directory", [OTHER, "{tenantid}", "organizations", "common"])
def test_a_user_of_another_directory_is_refused(directory: str) -> None:
    with pytest.raises(CredentialsRefused):
        verify(sign(directory), answers=answers(EVERY), issuer=EVERY, directories=ACME)


def test_a_key_of_another_directory_signs_nothing_here() -> None:
    keys = answers(EVERY, key_issuer=f"{ENTRA}/{OTHER}/v2.0")
    with pytest.raises(CredentialsRefused):
        verify(sign(ACME), answers=keys, issuer=EVERY, directories=ACME)


def test_only_entra_may_name_a_template() -> None:
    one = f"{ENTRA}/{ACME}/v2.0"
    with pytest.raises(ProviderMisconfigured):
        verify(sign(ACME), answers=answers(one), issuer=one)
    assert verify(sign(ACME), answers=answers(one, named=one), issuer=one)


@pytest.mark.parametrize(
    ("claims", "verified"),
    [
        ({}, False),
        ({"email_verified": True}, False),
        ({"xms_edov": True}, True),
        ({"xms_edov": "1"}, True),
        ({"xms_edov": False}, False),
        ({"xms_edov": "0"}, False),
    ],
    ids=["nothing", "a mapped claim", "true", "text", "false", "text of false"],
)
def test_an_address_of_entra_is_verified_where_entra_says_so(
    claims: Mapping[str, object], verified: bool
) -> None:
    one = f"{ENTRA}/{ACME}/v2.0"
    identity = verify(sign(ACME, **claims), answers=answers(one, named=one), issuer=one)
    assert identity.email_verified is verified


@pytest.mark.parametrize(
    "options",
    [
        {"issuer": "http://id.acme.example"},
        {"issuer": "http://10.0.0.1"},
        {"issuer": "id.acme.example"},
        {"issuer": "https://"},
        {"issuer": "https://joe:secret@id.acme.example"},
        {"issuer": "https://id.acme.example?tenant=1"},
        {"issuer": "https://id.acme.example#x"},
        {"issuer": "https://id.acme.example:port"},
        {"issuer": "https://id.acme.example/\x00"},
        {"issuer": f"https://id.acme.example/{'x' * 500}"},
        {"issuer": EVERY},
        {"issuer": EVERY, "directories": "acme"},
        {"issuer": "https://id.acme.example", "directories": ACME},
        {"issuer": "https://id.acme.example", "scopes": "email profile"},
        {"issuer": "https://id.acme.example", "scopes": 'openid "'},
        {"issuer": "https://id.acme.example", "email_domains": "acme"},
        {"issuer": "https://id.acme.example", "email_domains": "acme.example,"},
        {"issuer": "https://id.acme.example", "label": "x" * 101},
        {"issuer": "https://id.acme.example", "label": "Acme\nInc"},
        {"issuer": "https://id.acme.example", "audience": "x"},
    ],
    ids=lambda options: "-".join(options)[:30],
)
def test_an_option_that_cannot_be_right_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(OptionRefused):
        check_options("oidc", OidcOptions, options, given=tuple(options))
    settings = ProviderSettings(clients=(OURS,), options=options)
    context = AuthContext(http=NoNetwork(), settings=settings)
    with pytest.raises(ProviderMisconfigured):
        OIDC.verify(TokenCredentials(token="a.b.c"), context)


@pytest.mark.parametrize(
    "issuer",
    [
        "https://id.acme.example/realms/staff",
        "https://acme.okta.example/oauth2/default",
        "https://acme.auth0.example/",
        "http://localhost:8080/realms/dev",
        "http://[::1]:8080",
    ],
)
def test_an_issuer_is_taken_as_it_is(issuer: str) -> None:
    assert check_options("oidc", OidcOptions, {"issuer": issuer}, given=("issuer",)) == ()
    assert OidcOptions(issuer=issuer).named_in_discovery == issuer


def test_the_issuer_is_required() -> None:
    assert check_options("oidc", OidcOptions, {}, given=()) == ("issuer",)
