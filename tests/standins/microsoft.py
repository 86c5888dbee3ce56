"""Microsoft's page and token endpoint, for applications whose users let them read mail by IMAP."""

from __future__ import annotations

import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.standins.consent import ConsentPage, fits_challenge
from tests.standins.server import Call, Endpoint, Reply, Standin

READ_IMAP = "https://outlook.office.com/IMAP.AccessAsUser.All"
PATH, PAGE = "/common/oauth2/v2.0/token", "/common/oauth2/v2.0/authorize"
DIRECTORY = "9188040d-6c67-4c5b-b112-36a304b66dad"
_FORM = frozenset(
    {
        "grant_type", "client_id", "client_secret", "code", "redirect_uri", "refresh_token",
        "scope", "code_verifier",
    }
)  # fmt: skip
_QUERY = frozenset(
    {
        "response_type", "client_id", "redirect_uri", "scope", "state", "prompt", "nonce",
        "code_challenge", "code_challenge_method",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a user allowed: `scope` as asked for; without `offline_access` there is no refresh token."""

    user: str
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str | None = None
    challenge: str | None = None


@dataclass
class Microsoft:
    """The applications, codes and refresh tokens that it knows. `make_token`: of a user, for the IMAP server.

    `claims`: what replaces those of its ID tokens.
    """

    make_token: Callable[[str], str] = lambda user: f"EwB{user}"
    clients: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Consent] = field(default_factory=dict)
    refresh_tokens: dict[str, Consent] = field(default_factory=dict)
    page: ConsentPage = field(default_factory=ConsentPage)
    claims: dict[str, object] = field(default_factory=dict)

    def consent(
        self,
        user: str,
        *,
        client_id: str = "ours",
        redirect_uri: str,
        scope: str = f"{READ_IMAP} offline_access",
        nonce: str | None = None,
        challenge: str | None = None,
    ) -> str:
        """Return an authorization code, as the consent page sends it to `redirect_uri`."""
        code = f"M.C5_{secrets.token_urlsafe(24)}"
        self.codes[code] = Consent(
            user=user,
            client_id=client_id,
            redirect_uri=redirect_uri,
            scope=scope,
            nonce=nonce,
            challenge=challenge,
        )
        return code

    def revoke(self) -> None:
        """End all grants, as an administrator does."""
        self.refresh_tokens.clear()

    def serving(self) -> Standin:
        return Standin(
            {
                ("POST", PATH): Endpoint(self._answer, form=_FORM),
                ("GET", PAGE): Endpoint(self._show_page, query=_QUERY),
            }
        )

    def _show_page(self, call: Call) -> Reply:
        refusal = self.page.refuse(call, clients=self.clients)
        if refusal is not None:
            return refusal
        if not self.page.consents:
            return self.page.send_back(call, error="access_denied")
        assert self.page.person
        code = self.consent(
            self.page.person,
            client_id=call.query["client_id"],
            redirect_uri=call.query["redirect_uri"],
            scope=call.query["scope"],
            nonce=call.query.get("nonce"),
            challenge=call.query.get("code_challenge"),
        )
        return self.page.send_back(call, code=code)

    def _answer(self, call: Call) -> Reply:
        form = call.form
        if self.clients.get(form.get("client_id", "")) != form.get("client_secret"):
            return _refuse(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
        match form.get("grant_type"):
            case "authorization_code":
                consent = self.codes.get(form.get("code", ""))
                if consent is None or consent.redirect_uri != form.get("redirect_uri"):
                    return _refuse(400, "invalid_grant", "AADSTS70008: The code has expired.")
                if not fits_challenge(consent.challenge, form.get("code_verifier")):
                    return _refuse(400, "invalid_grant", "AADSTS501481: The verifier differs.")
            case "refresh_token":
                consent = self.refresh_tokens.get(form.get("refresh_token", ""))
                if consent is None:
                    return _refuse(400, "invalid_grant", "AADSTS50173: The grant was revoked.")
            case _:
                return _refuse(400, "unsupported_grant_type", "AADSTS70003")
        if consent.client_id != form["client_id"]:
            return _refuse(400, "invalid_grant", "AADSTS700005: issued to another application.")
        self.codes.pop(form.get("code", ""), None)
        return Reply(200, self._issue(consent))

    def _issue(self, consent: Consent) -> dict[str, object]:
        document: dict[str, object] = {
            "token_type": "Bearer",
            "scope": READ_IMAP,
            "expires_in": 3599,
            "ext_expires_in": 3599,
            "access_token": self.make_token(consent.user),
        }
        if "offline_access" in consent.scope.split():
            fresh = f"M.C5_r{secrets.token_urlsafe(24)}"
            self.refresh_tokens[fresh] = consent
            document["refresh_token"] = fresh
        if "openid" in consent.scope.split():
            document["id_token"] = self._make_id_token(consent)
        return document

    def _make_id_token(self, consent: Consent) -> str:
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": f"https://login.microsoftonline.com/{DIRECTORY}/v2.0",
            "aud": consent.client_id,
            "tid": DIRECTORY,
            "sub": f"sub-of-{consent.user}",
            "preferred_username": consent.user,
            "email": consent.user,
            "iat": now,
            "exp": now + 3600,
            **({"nonce": consent.nonce} if consent.nonce else {}),
            **self.claims,
        }
        parts = ({"alg": "RS256", "kid": "1", "typ": "JWT"}, claims)
        return ".".join((*map(_encode_part, parts), "c2lnbmF0dXJl"))


def _encode_part(document: dict[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def _refuse(status: int, error: str, description: str) -> Reply:
    document = {"error": error, "error_description": description, "error_codes": [1]}
    return Reply(status, document)
