"""LinkedIn's token and profile addresses."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests.standins.consent import ConsentPage
from tests.standins.server import Call, Endpoint, Endpoints, Reply

State = Literal["active", "expired", "revoked"]
TOKEN_FORM = frozenset(
    {"grant_type", "code", "redirect_uri", "refresh_token", "client_id", "client_secret"}
)
AUTHORIZATION = "/oauth/v2/authorization"
TWO_MONTHS = 5_184_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    id: str
    email: str
    email_verified: bool = True
    given_name: str = "Bob"
    family_name: str = "Smith"
    picture: str = "https://media.licdn.com/dms/image/C4D00AAAAbBCDEFGhiJ"
    headline: str = "API Enthusiast at LinkedIn"
    vanity_name: str = "bsmith"


@dataclass(slots=True, kw_only=True)
class LinkedinToken:
    member: Member
    client_id: str
    scopes: tuple[str, ...]
    issued_at: float
    expires_at: float
    revoked: bool = False

    @property
    def state(self) -> State:
        if self.revoked:
            return "revoked"
        return "active" if self.expires_at > time.time() else "expired"


@dataclass
class Linkedin:
    """The members, applications and tokens that this LinkedIn knows. A code is good once."""

    members: dict[str, Member] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, LinkedinToken] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    # The redirect URI that a code of the consent page belongs to.
    redirect_uris: dict[str, str] = field(default_factory=dict)
    page: ConsentPage = field(default_factory=ConsentPage)

    def add_client(self, *, client_id: str, secret: str) -> None:
        self.clients[client_id] = secret

    def add_member(self, *, id: str, email: str, email_verified: bool = True, **names: str) -> None:
        """Add a member; `names` are `given_name`, `family_name`, `picture`, `headline`, `vanity_name`."""
        self.members[id] = Member(id=id, email=email, email_verified=email_verified, **names)

    def issue(
        self,
        *,
        id: str,
        client_id: str,
        scope: str = "openid profile email",
        expires_in: float = TWO_MONTHS,
        token: str | None = None,
    ) -> str:
        """Return an access token."""
        token = token or f"AQ{secrets.token_urlsafe(24)}"
        self.tokens[token] = LinkedinToken(
            member=self.members[id],
            client_id=client_id,
            scopes=tuple(scope.split()),
            issued_at=time.time(),
            expires_at=time.time() + expires_in,
        )
        return token

    def issue_code(self, *, token: str) -> str:
        """Return an authorization code that opens `token`."""
        code = f"AQT{secrets.token_urlsafe(12)}"
        self.codes[code] = token
        return code

    def revoke(self, *, token: str) -> None:
        self.tokens[token].revoked = True

    def endpoints(self) -> Endpoints:
        asked = frozenset({"client_id", "redirect_uri", "response_type", "scope", "state"})
        introspection = frozenset({"client_id", "client_secret", "token"})
        return {
            ("GET", "/v2/userinfo"): Endpoint(self._user_info),
            ("GET", "/v2/me"): Endpoint(self._me, query=frozenset({"projection"})),
            ("GET", "/v2/emailAddress"): Endpoint(
                self._email, query=frozenset({"q", "projection"})
            ),
            ("GET", AUTHORIZATION): Endpoint(self._ask_for_consent, query=asked),
            ("POST", "/oauth/v2/introspectToken"): Endpoint(self._introspect, form=introspection),
            ("POST", "/oauth/v2/accessToken"): Endpoint(
                self._exchange, query=TOKEN_FORM, form=TOKEN_FORM
            ),
        }

    def controls(self) -> Mapping[str, Callable[..., object]]:
        return {
            "clients": self.add_client,
            "members": self.add_member,
            "tokens": self.issue,
            "codes": self.issue_code,
            "page": self.page.log_in,
            "revoke": self.revoke,
        }

    def _opened(self, call: Call, scope: str, resource: str) -> LinkedinToken | Reply:
        """Return the token of the request, or the refusal that LinkedIn gives."""
        if "authorization" not in call.headers:
            document = {
                "message": "Empty oauth2_access_token",
                "serviceErrorCode": 401,
                "status": 401,
            }
            return Reply(401, document)
        token = self.tokens.get(call.bearer or "")
        if token is None:
            return _unauthorized(65600, "INVALID_ACCESS_TOKEN", "Invalid access token")
        if token.state == "revoked":
            return _unauthorized(
                65601, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked"
            )
        if token.state == "expired":
            return _unauthorized(
                65602, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired"
            )
        if scope not in token.scopes:
            return Reply(
                403,
                {
                    "status": 403,
                    "serviceErrorCode": 100,
                    "code": "ACCESS_DENIED",
                    "message": f"Not enough permissions to access: {resource}.NO_VERSION",
                },
            )
        return token

    def _user_info(self, call: Call) -> Reply:
        token = self._opened(call, "openid", "userinfo.GET")
        if isinstance(token, Reply):
            return token
        member = token.member
        document: dict[str, object] = {"sub": member.id}
        if "profile" in token.scopes:
            document |= {
                "name": f"{member.given_name} {member.family_name}",
                "locale": {"country": "US", "language": "en"},
                "given_name": member.given_name,
                "family_name": member.family_name,
                "picture": member.picture,
            }
        if "email" in token.scopes:
            document |= {"email": member.email, "email_verified": member.email_verified}
        return Reply(200, document)

    def _me(self, call: Call) -> Reply:
        token = self._opened(call, "r_liteprofile", "me.GET")
        if isinstance(token, Reply):
            return token
        member = token.member
        document: dict[str, object] = {
            "id": member.id,
            "localizedFirstName": member.given_name,
            "localizedLastName": member.family_name,
            "firstName": _localized(member.given_name),
            "lastName": _localized(member.family_name),
            "profilePicture": {"displayImage": "urn:li:digitalmediaAsset:C4D00AAAAbBCDEFGhiJ"},
        }
        if "r_basicprofile" in token.scopes:
            document |= {
                "headline": _localized(member.headline),
                "localizedHeadline": member.headline,
                "vanityName": member.vanity_name,
            }
        return Reply(200, document)

    def _email(self, call: Call) -> Reply:
        token = self._opened(call, "r_emailaddress", "emailAddress.FINDER-members")
        if isinstance(token, Reply):
            return token
        handle = {
            "handle": "urn:li:emailAddress:3775708763",
            "handle~": {"emailAddress": token.member.email},
        }
        return Reply(200, {"elements": [handle]})

    def _introspect(self, call: Call) -> Reply:
        client_id = call.form.get("client_id", "")
        if not self._is_client(call.form):
            return _invalid_client()
        token = self.tokens.get(call.form.get("token", ""))
        if token is None or token.client_id != client_id:
            return Reply(200, {"active": False})
        return Reply(
            200,
            {
                "active": token.state == "active",
                "client_id": token.client_id,
                "authorized_at": int(token.issued_at),
                "created_at": int(token.issued_at),
                "status": token.state,
                "expires_at": int(token.expires_at),
                "scope": ",".join(token.scopes),
                "auth_type": "3L",
            },
        )

    def _ask_for_consent(self, call: Call) -> Reply:
        refusal = self.page.refuse(call, clients=self.clients)
        if refusal is not None:
            return refusal
        if not self.page.consents:
            return self.page.send_back(call, error="user_cancelled_authorize")
        assert self.page.person
        scope = call.query.get("scope", "")
        token = self.issue(id=self.page.person, client_id=call.query["client_id"], scope=scope)
        code = self.issue_code(token=token)
        self.redirect_uris[code] = call.query["redirect_uri"]
        return self.page.send_back(call, code=code)

    def _exchange(self, call: Call) -> Reply:
        # LinkedIn takes these in the query as well as in a form.
        fields = {**call.query, **call.form}
        if not self._is_client(fields):
            return _invalid_client()
        if fields.get("grant_type") != "authorization_code":
            return Reply(
                400, {"error": "invalid_request", "error_description": "Unsupported grant_type"}
            )
        code = fields.get("code", "")
        is_elsewhere = self.redirect_uris.get(code) not in (None, fields.get("redirect_uri"))
        token = None if is_elsewhere else self.codes.pop(code, None)
        if token is None:
            description = (
                "Unable to retrieve access token: appid/redirect uri/code verifier does not match"
            )
            return Reply(400, {"error": "invalid_request", "error_description": description})
        scope = ",".join(self.tokens[token].scopes)
        return Reply(
            200,
            {
                "access_token": token,
                "expires_in": TWO_MONTHS,
                "scope": scope,
                "token_type": "Bearer",
            },
        )

    def _is_client(self, fields: Mapping[str, str]) -> bool:
        secret = self.clients.get(fields.get("client_id", ""))
        return secret is not None and secret == fields.get("client_secret")


def _localized(text: str) -> dict[str, object]:
    return {"localized": {"en_US": text}, "preferredLocale": {"country": "US", "language": "en"}}


def _unauthorized(service_code: int, code: str, message: str) -> Reply:
    return Reply(
        401, {"serviceErrorCode": service_code, "code": code, "message": message, "status": 401}
    )


def _invalid_client() -> Reply:
    return Reply(
        401, {"error": "invalid_client", "error_description": "Client authentication failed"}
    )
