"""Google's token and profile addresses."""

from __future__ import annotations

import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.standins.consent import ConsentPage, fits_challenge
from tests.standins.server import Call, Endpoint, Endpoints, Reply

AUTHORIZATION = "/o/oauth2/v2/auth"
ISSUER = "https://accounts.google.com"
OPENID_SCOPES = frozenset(
    {
        "openid",
        "email",
        "profile",
        "https://www.googleapis.com/auth/userinfo.email",
        "https://www.googleapis.com/auth/userinfo.profile",
    }
)
INSUFFICIENT = {
    "error": {
        "code": 403,
        "message": "Request had insufficient authentication scopes.",
        "errors": [
            {
                "message": "Insufficient Permission",
                "domain": "global",
                "reason": "insufficientPermissions",
            }
        ],
        "status": "PERMISSION_DENIED",
    }
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleAccount:
    sub: str
    email: str
    email_verified: bool = True
    given_name: str = "Joe"
    family_name: str = "Smith"
    picture: str = "https://lh3.googleusercontent.com/a/default"


@dataclass(slots=True, kw_only=True)
class GoogleToken:
    account: GoogleAccount
    client_id: str
    presenter: str
    scopes: tuple[str, ...]
    expires_at: float
    refresh_token: str
    live: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCode:
    """What a consent page handed to an application's browser; good for one exchange."""

    sub: str
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str | None = None
    challenge: str | None = None


@dataclass
class Google:
    """The accounts, applications, codes and tokens that this Google knows."""

    accounts: dict[str, GoogleAccount] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, GoogleToken] = field(default_factory=dict)
    codes: dict[str, AuthorizationCode] = field(default_factory=dict)
    page: ConsentPage = field(default_factory=ConsentPage)

    def add_client(self, *, client_id: str, secret: str) -> None:
        self.clients[client_id] = secret

    def add_account(
        self, *, sub: str, email: str, email_verified: bool = True, **names: str
    ) -> None:
        """Add an account; `names` are `given_name`, `family_name`, `picture`."""
        self.accounts[sub] = GoogleAccount(
            sub=sub, email=email, email_verified=email_verified, **names
        )

    def issue(
        self,
        *,
        sub: str,
        client_id: str,
        scope: str = "openid email profile",
        expires_in: float = 3599,
        presenter: str | None = None,
        token: str | None = None,
    ) -> str:
        """Return an access token; the refresh token that belongs to it is `1//` and the same."""
        token = token or f"ya29.{secrets.token_urlsafe(24)}"
        self.tokens[token] = GoogleToken(
            account=self.accounts[sub],
            client_id=client_id,
            presenter=presenter or client_id,
            scopes=tuple(scope.split()),
            expires_at=time.time() + expires_in,
            refresh_token=f"1//{token}",
        )
        return token

    def consent(
        self,
        *,
        sub: str,
        client_id: str,
        redirect_uri: str,
        scope: str,
        nonce: str | None = None,
        challenge: str | None = None,
    ) -> str:
        """Return an authorization code, as the consent page sends it to `redirect_uri`."""
        code = f"4/0{secrets.token_urlsafe(24)}"
        self.codes[code] = AuthorizationCode(
            sub=sub,
            client_id=client_id,
            redirect_uri=redirect_uri,
            scope=scope,
            nonce=nonce,
            challenge=challenge,
        )
        return code

    def revoke(self, *, token: str) -> None:
        """End the grant: neither the access token nor its refresh token is good any more."""
        self.tokens[token].live = False

    def endpoints(self) -> Endpoints:
        query = frozenset({"access_token"})
        form = frozenset(
            {
                "client_id",
                "client_secret",
                "refresh_token",
                "grant_type",
                "code",
                "redirect_uri",
                "code_verifier",
            }
        )
        asked = frozenset(
            {
                "client_id",
                "redirect_uri",
                "response_type",
                "scope",
                "state",
                "nonce",
                "code_challenge",
                "code_challenge_method",
                "access_type",
                "prompt",
            }
        )
        return {
            ("GET", "/tokeninfo"): Endpoint(self._token_info, query=query),
            ("GET", "/oauth2/v3/tokeninfo"): Endpoint(self._token_info, query=query),
            ("GET", "/oauth2/v2/tokeninfo"): Endpoint(self._old_token_info, query=query),
            ("GET", "/oauth2/v1/tokeninfo"): Endpoint(self._old_token_info, query=query),
            ("GET", "/oauth2/v3/userinfo"): Endpoint(self._user_info),
            ("GET", "/oauth2/v2/userinfo"): Endpoint(self._user_info),
            ("GET", AUTHORIZATION): Endpoint(self._ask_for_consent, query=asked),
            ("POST", "/token"): Endpoint(self._issue_by_form, form=form),
        }

    def controls(self) -> Mapping[str, Callable[..., object]]:
        return {
            "clients": self.add_client,
            "accounts": self.add_account,
            "tokens": self.issue,
            "codes": self.consent,
            "page": self.page.log_in,
            "revoke": self.revoke,
        }

    def live_token(self, token: str | None) -> GoogleToken | None:
        """Return what an access token stands for, None where it is none, or no longer good."""
        found = self.tokens.get(token or "")
        return found if found and found.live and found.expires_at > time.time() else None

    def _token_info(self, call: Call) -> Reply:
        token = self.live_token(call.query.get("access_token"))
        if token is None:
            return Reply(400, {"error_description": "Invalid Value"})
        account = token.account
        document: dict[str, object] = {
            "azp": token.presenter,
            "aud": token.client_id,
            "scope": " ".join(token.scopes),
            "exp": str(int(token.expires_at)),
            "expires_in": str(int(token.expires_at - time.time())),
            "access_type": "offline",
        }
        if OPENID_SCOPES & set(token.scopes):
            document["sub"] = account.sub
        if _shows_email(token):
            document |= {
                "email": account.email,
                "email_verified": str(account.email_verified).lower(),
            }
        return Reply(200, document)

    def _old_token_info(self, call: Call) -> Reply:
        token = self.live_token(call.query.get("access_token"))
        if token is None and call.path == "/oauth2/v1/tokeninfo":
            return Reply(400, {"error": "invalid_token", "error_description": "Invalid Value"})
        if token is None:
            return Reply(400, {"error_description": "Invalid Value"})
        return Reply(
            200,
            {
                "issued_to": token.presenter,
                "audience": token.client_id,
                "user_id": token.account.sub,
                "scope": " ".join(token.scopes),
                "expires_in": int(token.expires_at - time.time()),
                "access_type": "offline",
            },
        )

    def _user_info(self, call: Call) -> Reply:
        token = self.live_token(call.bearer)
        if token is None:
            return Reply(
                401, {"error": "invalid_request", "error_description": "Invalid Credentials"}
            )
        if not OPENID_SCOPES & set(token.scopes):
            return Reply(403, INSUFFICIENT)
        account, is_v2 = token.account, call.path == "/oauth2/v2/userinfo"
        document: dict[str, object] = {
            "id" if is_v2 else "sub": account.sub,
            "name": f"{account.given_name} {account.family_name}",
            "given_name": account.given_name,
            "family_name": account.family_name,
            "picture": account.picture,
        }
        if _shows_email(token):
            verified = "verified_email" if is_v2 else "email_verified"
            document |= {"email": account.email, verified: account.email_verified}
        return Reply(200, document)

    def _ask_for_consent(self, call: Call) -> Reply:
        refusal = self.page.refuse(call, clients=self.clients)
        if refusal is not None:
            return refusal
        if call.query.get("code_challenge_method", "S256") != "S256":
            return Reply(400, {"error": "invalid_request"})
        if not self.page.consents:
            return self.page.send_back(call, error="access_denied")
        assert self.page.person
        code = self.consent(
            sub=self.page.person,
            client_id=call.query["client_id"],
            redirect_uri=call.query["redirect_uri"],
            scope=call.query.get("scope", ""),
            nonce=call.query.get("nonce"),
            challenge=call.query.get("code_challenge"),
        )
        return self.page.send_back(call, code=code)

    def _issue_by_form(self, call: Call) -> Reply:
        exchanges = {"refresh_token": self._refresh, "authorization_code": self._exchange}
        exchange = exchanges.get(call.form.get("grant_type", ""))
        if exchange is None:
            return Reply(
                400, {"error": "unsupported_grant_type", "error_description": "Invalid grant_type"}
            )
        client_id = call.form.get("client_id", "")
        if client_id not in self.clients:
            return Reply(
                401,
                {"error": "invalid_client", "error_description": "The OAuth client was not found."},
            )
        if call.form.get("client_secret") != self.clients[client_id]:
            return Reply(401, {"error": "invalid_client", "error_description": "Unauthorized"})
        return exchange(call.form, client_id)

    def _refresh(self, form: Mapping[str, str], client_id: str) -> Reply:
        old = self._by_refresh_token(form.get("refresh_token", ""))
        if old is None or not old.live or old.client_id != client_id:
            description = "Token has been expired or revoked."
            return Reply(400, {"error": "invalid_grant", "error_description": description})
        fresh = self.issue(sub=old.account.sub, client_id=client_id, scope=" ".join(old.scopes))
        self.tokens[fresh].refresh_token = old.refresh_token
        return Reply(200, _token_document(fresh, old.scopes))

    def _exchange(self, form: Mapping[str, str], client_id: str) -> Reply:
        code = self.codes.get(form.get("code", ""))
        if code is None or code.client_id != client_id:
            return Reply(
                400, {"error": "invalid_grant", "error_description": "Malformed auth code."}
            )
        if code.redirect_uri != form.get("redirect_uri"):
            return Reply(
                400, {"error": "redirect_uri_mismatch", "error_description": "Bad Request"}
            )
        if not fits_challenge(code.challenge, form.get("code_verifier")):
            description = "Missing or invalid code verifier."
            return Reply(400, {"error": "invalid_grant", "error_description": description})
        del self.codes[form["code"]]
        fresh = self.issue(sub=code.sub, client_id=client_id, scope=code.scope)
        document = _token_document(fresh, code.scope.split())
        if "openid" in code.scope.split():
            document["id_token"] = self.make_id_token(code)
        return Reply(200, document | {"refresh_token": self.tokens[fresh].refresh_token})

    def make_id_token(self, code: AuthorizationCode, **claims: object) -> str:
        """Return the ID token of a code; `claims` replace those that it has. Its signature is none."""
        now = int(time.time())
        document: dict[str, object] = {
            "iss": ISSUER,
            "azp": code.client_id,
            "aud": code.client_id,
            "sub": code.sub,
            "iat": now,
            "exp": now + 3600,
            **({"nonce": code.nonce} if code.nonce else {}),
            **claims,
        }
        header = {"alg": "RS256", "kid": "1", "typ": "JWT"}
        return ".".join((_encode_part(header), _encode_part(document), "c2lnbmF0dXJl"))

    def _by_refresh_token(self, refresh_token: str) -> GoogleToken | None:
        return next(
            (one for one in self.tokens.values() if one.refresh_token == refresh_token), None
        )


def _shows_email(token: GoogleToken) -> bool:
    return bool({"email", "https://www.googleapis.com/auth/userinfo.email"} & set(token.scopes))


def _encode_part(document: Mapping[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def _token_document(token: str, scopes: Sequence[str]) -> dict[str, object]:
    return {
        "access_token": token,
        "expires_in": 3599,
        "scope": " ".join(scopes),
        "token_type": "Bearer",
    }
