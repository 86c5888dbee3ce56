"""The answer of a token endpoint (RFC 6749, section 5.1), which providers bound as their own tokens need."""

from __future__ import annotations

from datetime import datetime, timedelta

from providers.contracts import Grant, OAuthClient
from providers.oauth.claims import Claims, Seconds, Text


class TokenAnswer(Claims):
    """The response to a code or a refresh token. `expires_in`: seconds. `scope`: separated by spaces.

    Subclasses say what their provider's tokens look like.
    """

    access_token: str
    refresh_token: str | None = None
    expires_in: Seconds | None = None
    scope: Text = ""

    def grant(self, client: OAuthClient, *, now: datetime) -> Grant:
        """Return what was granted to a client."""
        return Grant(
            access_token=self.access_token,
            client_id=client.id,
            scopes=frozenset(self.scope.split()),
            expires_at=now + timedelta(seconds=self.expires_in) if self.expires_in else None,
            refresh_token=self.refresh_token,
        )
