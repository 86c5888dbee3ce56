"""The responses of Google that the tests start from, and the context that gives them."""

from __future__ import annotations

from plugins.google.provider import GMAIL_READONLY, GoogleProvider
from providers.contracts import AuthContext, OAuthClient, ProviderSettings
from providers.testing import ScriptedHttp, json_answer

GOOGLE = GoogleProvider()
OURS = OAuthClient(id="ours.apps.googleusercontent.com", secret="our-secret")
MAIL_SCOPE = f"openid email {GMAIL_READONLY}"
TOKEN_INFO = {
    "azp": OURS.id,
    "aud": OURS.id,
    "sub": "108437291",
    "scope": "openid email profile",
    "exp": "4102444800",
    "expires_in": "3599",
    "email": "joe@gmail.test",
    "email_verified": "true",
    "access_type": "offline",
}
OLD_TOKEN_INFO = {
    "issued_to": OURS.id,
    "audience": OURS.id,
    "user_id": "108437291",
    "scope": "email profile",
    "expires_in": 2324,
    "access_type": "online",
}
USER_INFO = {
    "sub": "108437291",
    "name": "Joe Smith",
    "given_name": "Joe",
    "family_name": "Smith",
    "picture": "https://lh3.googleusercontent.com/a/default",
    "email": "joe@gmail.test",
    "email_verified": True,
}


def scripted(token_info: object = TOKEN_INFO, user_info: object = USER_INFO) -> AuthContext:
    """Return the context of a Google that gives these two answers."""
    http = ScriptedHttp(
        {
            "GET https://oauth2.googleapis.com/tokeninfo": json_answer(token_info),
            "GET https://www.googleapis.com/oauth2/v3/userinfo": json_answer(user_info),
        }
    )
    return AuthContext(http=http, settings=ProviderSettings(clients=(OURS,)))
