"""ID tokens that an application hands in (`POST /api/users/auth_social_user`), true ones and forged ones."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

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
from providers.testing import AuthProviderContract, GoodLogin, json_answer
from tests.plugins.conftest import PatientClient
from tests.plugins.oidc.conftest import OIDC, OURS, build_context
from tests.standins.failures import Mode
from tests.standins.oidc import DISCOVERY, KEYS, OidcStandin, describe_key, make_key

ISSUER = "https://id.acme.example/realms/staff"
# Of the issuer and its `sub` together.
SUBJECT = hashlib.sha256(f"{ISSUER}\njoe".encode()).hexdigest()
PERSON = {"email": "joe@acme.example", "email_verified": True}
DOCUMENT = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/certs",
}
ANSWERS = {
    f"GET {ISSUER}/.well-known/openid-configuration": json_answer(DOCUMENT),
    f"GET {ISSUER}/certs": json_answer({"keys": [describe_key("ES256", 1)]}),
}


def sign(**claims: object) -> str:
    now = int(time.time())
    document = {"iss": ISSUER, "aud": OURS.id, "sub": "joe", "iat": now, "exp": now + 3000}
    headers = {"kid": "ES256-1"}
    key = make_key("ES256", 1)
    return jwt.encode({**document, **PERSON, **claims}, key, algorithm="ES256", headers=headers)


def read_subject(context: AuthContext, token: str) -> str:
    return verify(context, token).subject


def verify(context: AuthContext, token: str) -> Identity:
    identity = OIDC.verify(TokenCredentials(token=token), context)
    assert identity is not None
    return identity


class TestContract(AuthProviderContract):
    provider = OIDC
    good = GoodLogin(
        credentials=TokenCredentials(token=sign()),
        subject=SUBJECT,
        settings=ProviderSettings(clients=(OURS,), options={"issuer": ISSUER}),
        answers=ANSWERS,
    )


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_an_id_token_proves_who_a_user_is(
    issuer: OidcStandin, context: AuthContext, algorithm: str
) -> None:
    issuer.algorithm = algorithm  # type: ignore[assignment]
    identity = verify(context, issuer.sign(person="joe", client_id=OURS.id))
    assert (identity.email, identity.email_verified) == ("joe@acme.example", True)
    assert (identity.first_name, identity.last_name) == ("Joe", "Smith")
    assert identity.grant is None


REFUSED: Mapping[str, Mapping[str, object]] = {
    "issuer": {"iss": "https://evil.example"},
    "audience": {"aud": "theirs"},
    "one audience of two": {"aud": [OURS.id, "theirs"]},
    "no audience": {"aud": []},
    "authorized party": {"azp": "theirs"},
    "expired": {"exp": int(time.time()) - 1},
    "issued hours ago": {"iat": int(time.time()) - 2 * 3600},
    "from the future": {"iat": int(time.time()) + 3600},
    "not valid yet": {"nbf": int(time.time()) + 3600},
    "no subject": {"sub": ""},
    "long subject": {"sub": "x" * 256},
    "subject of another type": {"sub": 5},
    "surrogate": {"sub": "\ud800"},
    "endless time": {"exp": 10**20},
    "Keycloak's access token": {"typ": "Bearer"},
    "Okta's access token": {"scp": ["openid"]},
    "an access token of RFC 9068": {"scope": "openid"},
    "Cognito's access token": {"token_use": "access"},
    "log-out token": {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}},
}


@pytest.mark.parametrize("claims", REFUSED.values(), ids=REFUSED.keys())
def test_a_token_that_is_not_for_this_log_in_is_refused(
    issuer: OidcStandin, context: AuthContext, claims: Mapping[str, object]
) -> None:
    with pytest.raises(CredentialsRefused):
        verify(context, issuer.sign(person="joe", client_id=OURS.id, **claims))
    # Made-up tokens cost the issuer nothing.
    assert issuer.count(DISCOVERY) == 0


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "exp", "iat"])
def test_a_token_without_a_claim_that_it_must_have_is_refused(
    issuer: OidcStandin, context: AuthContext, missing: str
) -> None:
    with pytest.raises(CredentialsRefused):
        verify(context, issuer.sign(person="joe", client_id=OURS.id, without=(missing,)))


def encode(part: Mapping[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def strip_signature(token: str, issuer: OidcStandin) -> str:
    claims = token.split(".")[1]
    return f"{encode({'alg': 'none'})}.{claims}."


def forge_none(token: str, issuer: OidcStandin) -> str:
    claims, signature = token.split(".")[1:]
    return f"{encode({'alg': 'none', 'kid': 'RS256-1'})}.{claims}.{signature}"


def forge_hmac(token: str, issuer: OidcStandin) -> str:
    """Sign with the public key as if it were a shared secret."""
    public = make_key("RS256", issuer.key_number).public_key()
    secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = f"{encode({'alg': 'HS256', 'kid': 'RS256-1'})}.{token.split('.')[1]}"
    mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return f"{text}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


def forge_own_key(token: str, issuer: OidcStandin) -> str:
    """Sign with a stranger's key, which the header brings along."""
    claims = jwt.decode(token, options={"verify_signature": False})
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(own.public_key()))
    headers = {"kid": "RS256-1", "jwk": jwk, "jku": "https://evil.example/keys"}
    return jwt.encode(claims, own, algorithm="RS256", headers=headers)


def change_claims(token: str, issuer: OidcStandin) -> str:
    head, _, signature = token.split(".")
    changed = jwt.decode(token, options={"verify_signature": False}) | {"sub": "boss"}
    return f"{head}.{encode(changed)}.{signature}"


def say_critical(token: str, issuer: OidcStandin) -> str:
    return issuer.sign(person="joe", client_id=OURS.id, header={"crit": ["b64"], "b64": True})


def say_access_token(token: str, issuer: OidcStandin) -> str:
    return issuer.sign(person="joe", client_id=OURS.id, header={"typ": "at+jwt"})


def say_other_key(token: str, issuer: OidcStandin) -> str:
    return issuer.sign(person="joe", client_id=OURS.id, header={"kid": "RS256-2"})


def nest_deeply(token: str, issuer: OidcStandin) -> str:
    claims = json.dumps(jwt.decode(token, options={"verify_signature": False}))
    nested = f'{claims[:-1]},"more":{"[" * 500}{"]" * 500}}}'
    encoded = urlsafe_b64encode(nested.encode()).decode().rstrip("=")
    return f"{token.split('.')[0]}.{encoded}.c2ln"


def nest_header_deeply(token: str, issuer: OidcStandin) -> str:
    nested = urlsafe_b64encode(b'{"alg":' + b"[" * 5000).decode().rstrip("=")
    return f"{nested}.{token.split('.')[1]}.c2ln"


def be_no_object(token: str, issuer: OidcStandin) -> str:
    return f"{token.split('.')[0]}.W10.c2ln"


def cut_base64(token: str, issuer: OidcStandin) -> str:
    return f"a.{token.split('.')[1]}.c2ln"


def be_opaque(token: str, issuer: OidcStandin) -> str:
    return "ya29.an-access-token-of-no-known-audience"


def be_long(token: str, issuer: OidcStandin) -> str:
    return f"{token}{'A' * 20_000}"


FORGERIES: tuple[Callable[[str, OidcStandin], str], ...] = (
    strip_signature,
    forge_none,
    forge_hmac,
    forge_own_key,
    change_claims,
    say_critical,
    say_access_token,
    say_other_key,
    nest_deeply,
    nest_header_deeply,
    be_no_object,
    cut_base64,
    be_opaque,
    be_long,
)


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda one: one.__name__)
def test_a_token_that_the_issuer_did_not_sign_so_is_refused(
    issuer: OidcStandin, context: AuthContext, forge: Callable[[str, OidcStandin], str]
) -> None:
    true = issuer.sign(person="joe", client_id=OURS.id)
    assert verify(context, true)
    with pytest.raises(CredentialsRefused):
        verify(context, forge(true, issuer))


def test_a_new_key_is_fetched_once(issuer: OidcStandin, context: AuthContext) -> None:
    verify(context, issuer.sign(person="joe", client_id=OURS.id))
    issuer.rotate_key()
    for _ in range(3):
        verify(context, issuer.sign(person="joe", client_id=OURS.id))
    assert (issuer.count(DISCOVERY), issuer.count(KEYS)) == (1, 2)


def test_tokens_with_made_up_keys_make_one_request_a_minute(
    issuer: OidcStandin, context: AuthContext
) -> None:
    verify(context, issuer.sign(person="joe", client_id=OURS.id))
    begin = context.now()

    def try_at(seconds: int) -> None:
        later = replace(context, now=lambda: begin + timedelta(seconds=seconds))
        with pytest.raises(CredentialsRefused):
            verify(later, issuer.sign(person="joe", client_id=OURS.id, header={"kid": "made-up"}))

    for second in (1, 2, 59):
        try_at(second)
    assert issuer.count(KEYS) == 2
    try_at(62)
    assert issuer.count(KEYS) == 3


def test_a_key_that_the_issuer_took_back_is_forgotten_after_ten_minutes(
    issuer: OidcStandin, context: AuthContext
) -> None:
    token = issuer.sign(person="joe", client_id=OURS.id, exp=int(time.time()) + 3000)
    verify(context, token)
    issuer.rotate_key()
    begin = context.now()
    later = replace(context, now=lambda: begin + timedelta(minutes=11))
    with pytest.raises(CredentialsRefused):
        verify(later, token)


def test_keys_of_other_kinds_are_left_out(issuer: OidcStandin, context: AuthContext) -> None:
    issuer.other_keys = [
        {"kty": "oct", "kid": "RS256-1", "k": "c2VjcmV0"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
        {**describe_key("RS256", 9), "kid": "RS256-1", "use": "enc"},
        {"kid": 5},
    ]
    assert verify(context, issuer.sign(person="joe", client_id=OURS.id))


def test_a_short_key_proves_nothing(issuer: OidcStandin, context: AuthContext) -> None:
    short = {"kty": "RSA", "kid": "RS256-1", "n": "u" * 100, "e": "AQAB", "use": "sig"}
    issuer.other_keys = [short]
    with pytest.raises(ProviderUnavailable):
        verify(context, issuer.sign(person="joe", client_id=OURS.id))


def test_a_discovery_document_of_another_issuer_is_a_wrong_setting(
    issuer: OidcStandin, context: AuthContext
) -> None:
    issuer.discovery = {"issuer": "https://evil.example"}
    with pytest.raises(ProviderMisconfigured) as caught:
        verify(context, issuer.sign(person="joe", client_id=OURS.id))
    assert caught.value.setting == "issuer"


@pytest.mark.parametrize("name", ["jwks_uri", "token_endpoint", "userinfo_endpoint"])
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/latest/meta-data",
        "http://10.0.0.1/keys",
        "file:///etc/passwd",
        "ftp://id.example/keys",
        "//id.example/keys",
        "https://user:secret@id.example/keys",
        "https://id.example:port/keys",
        "",
    ],
)
def test_an_endpoint_that_is_not_asked_by_https_is_a_wrong_setting(
    issuer: OidcStandin, context: AuthContext, name: str, url: str
) -> None:
    issuer.discovery = {name: url}
    with pytest.raises(ProviderMisconfigured):
        verify(context, issuer.sign(person="joe", client_id=OURS.id))


@pytest.mark.parametrize("path", [DISCOVERY, KEYS])
@pytest.mark.parametrize(
    "mode", ["error", "busy", "drip", "garbage", "truncated", "oversize", "redirect"]
)
def test_an_issuer_in_trouble_is_unavailable_and_recovers(
    issuer: OidcStandin, context: AuthContext, http: PatientClient, path: str, mode: Mode
) -> None:
    issuer.failures.plan(mode, path=path, times=1)
    token = issuer.sign(person="joe", client_id=OURS.id)
    with http.hurrying(mode), pytest.raises(ProviderUnavailable):
        verify(context, token)
    assert verify(context, token)


def test_the_same_subject_of_another_issuer_is_another_account(
    issuer: OidcStandin, context: AuthContext, http: HttpClient
) -> None:
    here = read_subject(context, issuer.sign(person="joe", client_id=OURS.id))
    with OidcStandin() as other:
        other.people["joe"] = {}
        there = build_context(http, issuer=other.issuer)
        assert read_subject(there, other.sign(person="joe", client_id=OURS.id)) != here


@pytest.mark.parametrize("verified", [None, False, "false", 1, "yes"])
def test_an_address_that_the_issuer_did_not_verify_is_unverified(
    issuer: OidcStandin, context: AuthContext, verified: object
) -> None:
    token = issuer.sign(person="joe", client_id=OURS.id, email_verified=verified)
    identity = verify(context, token)
    assert (identity.email, identity.email_verified) == ("joe@acme.example", False)
    missing = issuer.sign(person="joe", client_id=OURS.id, without=("email_verified",))
    assert not verify(context, missing).email_verified


@pytest.mark.parametrize(
    ("claims", "may"),
    [
        ({}, True),
        ({"email": "joe@ACME.example"}, True),
        ({"email": "joe@mail.acme.example"}, False),
        ({"email": "joe@evil.example"}, False),
        ({"email": "acme.example"}, False),
        ({"email_verified": False}, False),
        ({"email": None}, False),
    ],
    ids=["same", "capitals", "subdomain", "other", "no at", "unverified", "none"],
)
def test_only_verified_addresses_of_the_domains_may_log_in(
    issuer: OidcStandin, http: HttpClient, claims: Mapping[str, object], may: bool
) -> None:
    context = build_context(http, issuer=issuer.issuer, email_domains="other.example, acme.example")
    token = issuer.sign(person="joe", client_id=OURS.id, **claims)
    if may:
        assert verify(context, token)
    else:
        with pytest.raises(CredentialsRefused):
            verify(context, token)


def test_each_application_of_the_tenant_may_have_got_the_token(
    issuer: OidcStandin, context: AuthContext
) -> None:
    phone = OAuthClient(id="phone")
    both = replace(context, settings=replace(context.settings, clients=(OURS, phone)))
    token = issuer.sign(person="joe", client_id="phone")
    assert verify(both, token)
    with pytest.raises(WrongAudience):
        verify(context, token)
