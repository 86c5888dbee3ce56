"""An OpenID Connect issuer on loopback that signs with real keys (OpenID Connect Core 1.0, Discovery 1.0)."""

from __future__ import annotations

import secrets
import time
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal
from urllib.parse import unquote_plus

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.standins.consent import ConsentPage, fits_challenge
from tests.standins.server import Call, Endpoint, Endpoints, Reply, Standin

Algorithm = Literal["RS256", "ES256"]
DISCOVERY, KEYS = "/.well-known/openid-configuration", "/keys"
AUTHORIZATION, TOKENS, USER_INFO = "/authorize", "/token", "/userinfo"


@cache
def make_key(algorithm: Algorithm, number: int) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    """Return a private key, made once in a process: RSA keys take a while."""
    if algorithm == "RS256":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def describe_key(algorithm: Algorithm, number: int) -> dict[str, object]:
    """Return the public key as an issuer publishes it."""
    public = make_key(algorithm, number).public_key()
    if isinstance(public, rsa.RSAPublicKey):
        document = RSAAlgorithm.to_jwk(public, as_dict=True)
    else:
        assert isinstance(public, ec.EllipticCurvePublicKey)
        document = ECAlgorithm.to_jwk(public, as_dict=True)
    document.pop("key_ops", None)
    return {**document, "kid": f"{algorithm}-{number}", "use": "sig", "alg": algorithm}


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What the consent page handed to a browser; good for one exchange."""

    sub: str
    client_id: str
    redirect_uri: str
    nonce: str | None
    challenge: str | None


class OidcStandin(Standin):
    """Knows people (their claims by `sub`), applications and its keys; `issuer` is its own address.

    `discovery`: what replaces entries of the discovery document. `hides_email`: ID tokens leave the claims about the
    user out, and the UserInfo endpoint has them. `takes`: how applications prove themselves at the token endpoint.
    """

    def __init__(self, *, algorithm: Algorithm = "RS256") -> None:
        asked = {"client_id", "redirect_uri", "response_type", "scope", "state", "nonce"}
        asked |= {"code_challenge", "code_challenge_method"}
        form = {"client_id", "client_secret", "grant_type", "code", "redirect_uri", "code_verifier"}
        endpoints: Endpoints = {
            ("GET", DISCOVERY): Endpoint(self._discover),
            ("GET", KEYS): Endpoint(lambda _: Reply(200, {"keys": self.published_keys()})),
            ("GET", AUTHORIZATION): Endpoint(self._ask_for_consent, query=frozenset(asked)),
            ("POST", TOKENS): Endpoint(self._exchange, form=frozenset(form)),
            ("GET", USER_INFO): Endpoint(self._tell_user_info),
        }
        super().__init__(endpoints=endpoints)
        self.algorithm: Algorithm = algorithm
        self.key_number = 1
        self.other_keys: list[dict[str, object]] = []
        self.people: dict[str, Mapping[str, object]] = {}
        self.clients: dict[str, str] = {}
        self.codes: dict[str, Code] = {}
        self.access_tokens: dict[str, str] = {}
        self.discovery: dict[str, object] = {}
        self.hides_email = False
        self.takes = "client_secret_post"
        self.page = ConsentPage()

    @property
    def issuer(self) -> str:
        return self.url

    def published_keys(self) -> list[dict[str, object]]:
        return [*self.other_keys, describe_key(self.algorithm, self.key_number)]

    def rotate_key(self) -> None:
        """Sign with another key from now on; the one before is no longer published."""
        self.key_number += 1

    def sign(
        self,
        *,
        person: str,
        client_id: str,
        header: Mapping[str, object] | None = None,
        without: tuple[str, ...] = (),
        **claims: object,
    ) -> str:
        """Return an ID token of a person (the `sub`); `claims` replace those that it has, `without` removes some."""
        now = int(time.time())
        about = {} if self.hides_email else self.people[person]
        document: dict[str, object] = {
            "iss": self.issuer,
            "aud": client_id,
            "sub": person,
            "iat": now,
            "exp": now + 300,
            **about,
            **claims,
        }
        return jwt.encode(
            {name: value for name, value in document.items() if name not in without},
            make_key(self.algorithm, self.key_number),
            algorithm=self.algorithm,
            headers={"kid": f"{self.algorithm}-{self.key_number}", **(header or {})},
        )

    def count(self, path: str) -> int:
        """Return how many requests a path got."""
        return sum(call.path == path for call in self.calls)

    def _discover(self, call: Call) -> Reply:
        document: dict[str, object] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.url}{AUTHORIZATION}",
            "token_endpoint": f"{self.url}{TOKENS}",
            "userinfo_endpoint": f"{self.url}{USER_INFO}",
            "jwks_uri": f"{self.url}{KEYS}",
            "token_endpoint_auth_methods_supported": [self.takes],
        }
        return Reply(200, document | self.discovery)

    def _ask_for_consent(self, call: Call) -> Reply:
        refusal = self.page.refuse(call, clients=self.clients)
        if refusal is not None:
            return refusal
        if call.query.get("code_challenge_method") != "S256" or "openid" not in call.query["scope"]:
            return Reply(400, {"error": "invalid_request"})
        assert self.page.person
        code = secrets.token_urlsafe(24)
        self.codes[code] = Code(
            sub=self.page.person,
            client_id=call.query["client_id"],
            redirect_uri=call.query["redirect_uri"],
            nonce=call.query.get("nonce"),
            challenge=call.query.get("code_challenge"),
        )
        return self.page.send_back(call, code=code)

    def _exchange(self, call: Call) -> Reply:
        client_id, secret = self._read_client(call)
        if self.clients.get(client_id) != secret:
            return Reply(401, {"error": "invalid_client"})
        code = self.codes.pop(call.form.get("code", ""), None)
        if (
            code is None
            or (code.client_id, code.redirect_uri) != (client_id, call.form.get("redirect_uri"))
            or not fits_challenge(code.challenge, call.form.get("code_verifier"))
        ):
            return Reply(400, {"error": "invalid_grant"})
        access_token = secrets.token_urlsafe(24)
        self.access_tokens[access_token] = code.sub
        nonce = {"nonce": code.nonce} if code.nonce else {}
        return Reply(
            200,
            {
                "access_token": access_token,
                "token_type": "Bearer",
                "expires_in": 300,
                "id_token": self.sign(person=code.sub, client_id=client_id, **nonce),
            },
        )

    def _read_client(self, call: Call) -> tuple[str, str | None]:
        """Return the id and the secret, from the one place where this issuer takes them."""
        scheme, _, value = call.headers.get("authorization", "").partition(" ")
        if self.takes == "client_secret_basic":
            if scheme != "Basic" or "client_secret" in call.form:
                return "", None
            name, _, secret = b64decode(value).decode().partition(":")
            return unquote_plus(name), unquote_plus(secret)
        if scheme:
            return "", None
        return call.form.get("client_id", ""), call.form.get("client_secret")

    def _tell_user_info(self, call: Call) -> Reply:
        sub = self.access_tokens.get(call.bearer or "")
        if sub is None:
            return Reply(401, {"error": "invalid_token"})
        return Reply(200, {"sub": sub, **self.people[sub]})
