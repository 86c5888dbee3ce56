"""Microsoft's token endpoint, for applications whose users let them read mail by IMAP."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.standins.server import Call, Endpoint, Reply, Standin

READ_IMAP = "https://outlook.office.com/IMAP.AccessAsUser.All"
PATH = "/common/oauth2/v2.0/token"
_FORM = frozenset(
    {
        "grant_type", "client_id", "client_secret", "code", "redirect_uri", "refresh_token",
        "scope",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a user allowed: `scope` as asked for; without `offline_access` there is no refresh token."""

    user: str
    client_id: str
    redirect_uri: str
    scope: str


@dataclass
class Microsoft:
    """The applications, codes and refresh tokens that it knows. `make_token`: of a user, for the IMAP server."""

    make_token: Callable[[str], str] = lambda user: f"EwB{user}"
    clients: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Consent] = field(default_factory=dict)
    refresh_tokens: dict[str, Consent] = field(default_factory=dict)

    def consent(
        self,
        user: str,
        *,
        client_id: str = "ours",
        redirect_uri: str,
        scope: str = f"{READ_IMAP} offline_access",
    ) -> str:
        """Return an authorization code, as the consent page sends it to `redirect_uri`."""
        code = f"M.C5_{secrets.token_urlsafe(24)}"
        self.codes[code] = Consent(
            user=user, client_id=client_id, redirect_uri=redirect_uri, scope=scope
        )
        return code

    def revoke(self) -> None:
        """End all grants, as an administrator does."""
        self.refresh_tokens.clear()

    def serving(self) -> Standin:
        return Standin({("POST", PATH): Endpoint(self._answer, form=_FORM)})

    def _answer(self, call: Call) -> Reply:
        form = call.form
        if self.clients.get(form.get("client_id", "")) != form.get("client_secret"):
            return _refuse(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
        match form.get("grant_type"):
            case "authorization_code":
                consent = self.codes.get(form.get("code", ""))
                if consent is None or consent.redirect_uri != form.get("redirect_uri"):
                    return _refuse(400, "invalid_grant", "AADSTS70008: The code has expired.")
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
        return document


def _refuse(status: int, error: str, description: str) -> Reply:
    document = {"error": error, "error_description": description, "error_codes": [1]}
    return Reply(status, document)
