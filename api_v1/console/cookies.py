"""The cookies of the console. They belong to one host: a browser sends them to no other, and no other may set them."""

import json
import time
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.accounts.logins.limits import LOGIN_STATE_LIFE
from core.accounts.sessions.services import LIFE
from core.encryption import DecryptionFailed, decrypt, encrypt
from providers.contracts import CodeRequest

SESSION: Final = "happo-session"
LOGIN: Final = "happo-login"


@dataclass(frozen=True, slots=True)
class LoginInBrowser:
    """A log-in at a provider's page that this browser has begun. `then`: the path to which it goes on.

    `user`: who connects a mailbox there; None where a user signs in.
    """

    tenant: UUID
    provider: str
    request: CodeRequest
    then: str
    user: UUID | None = None


def read_session(request: HttpRequest) -> str:
    """Return the token of the session's cookie; "" without one."""
    return request.COOKIES.get(_name(SESSION), "")


def set_session(response: HttpResponse, token: str) -> None:
    """Keep a session in the browser."""
    _set(response, SESSION, token, seconds=LIFE.total_seconds())


def forget_session(response: HttpResponse) -> None:
    """Take the session from the browser."""
    _forget(response, SESSION)


def set_login(response: HttpResponse, login: LoginInBrowser) -> None:
    """Bind a log-in to this browser: encrypted, as it holds the secret of PKCE."""
    text = json.dumps(
        {
            **asdict(login),
            "tenant": str(login.tenant),
            "user": str(login.user) if login.user else None,
            "request": login.request.model_dump(),
            "until": time.time() + LOGIN_STATE_LIFE.total_seconds(),
        }
    )
    _set(response, LOGIN, encrypt(text).decode(), seconds=LOGIN_STATE_LIFE.total_seconds())


def read_login(request: HttpRequest) -> LoginInBrowser | None:
    """Return the log-in that this browser has begun; None without one, and for one that began too long ago."""
    try:
        kept = json.loads(decrypt(request.COOKIES.get(_name(LOGIN), "").encode()))
    except (DecryptionFailed, ValueError):
        return None
    if kept.pop("until") < time.time():
        return None
    return LoginInBrowser(
        tenant=UUID(kept["tenant"]),
        provider=kept["provider"],
        request=CodeRequest(**kept["request"]),
        then=kept["then"],
        user=UUID(kept["user"]) if kept.get("user") else None,
    )


def forget_login(response: HttpResponse) -> None:
    """Take a log-in from the browser: what came back is good once."""
    _forget(response, LOGIN)


def _set(response: HttpResponse, name: str, value: str, *, seconds: float) -> None:
    # Lax, as the browser comes back from a provider's page, and from links in mail.
    response.set_cookie(
        _name(name),
        value,
        max_age=int(seconds),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _forget(response: HttpResponse, name: str) -> None:
    _set(response, name, "", seconds=0)


def _name(name: str) -> str:
    # A browser takes a cookie of this prefix from its own host alone, over HTTPS (RFC 6265bis, section 4.1.3.2).
    return f"__Host-{name}" if settings.HTTPS else name
