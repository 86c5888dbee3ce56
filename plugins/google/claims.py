"""The responses of Google's endpoints, in the formats of all their versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import AliasChoices, Field

from providers.oauth.claims import Claims, Email, EpochSeconds, Seconds, Subject, Text, Verified
from providers.oauth.tokens import TokenAnswer


class TokenInfo(Claims):
    """`oauth2.googleapis.com/tokeninfo` (aud, azp, sub, exp) and v1/v2 (audience, issued_to, user_id).

    `exp`: seconds since 1970 (UTC). `expires_in`: seconds from now. `scope`: separated by spaces.
    """

    audience: Text = Field(validation_alias=AliasChoices("aud", "audience"))
    presenter: Text | None = Field(default=None, validation_alias=AliasChoices("azp", "issued_to"))
    subject: Subject | None = Field(default=None, validation_alias=AliasChoices("sub", "user_id"))
    email: Email | None = None
    email_verified: Verified = Field(
        default=False, validation_alias=AliasChoices("email_verified", "verified_email")
    )
    scope: Text = ""
    exp: EpochSeconds | None = None
    expires_in: Seconds | None = None

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.scope.split())

    def expires_at(self, now: datetime) -> datetime | None:
        if self.exp is not None:
            return datetime.fromtimestamp(self.exp, UTC)
        return now + timedelta(seconds=self.expires_in) if self.expires_in is not None else None


class UserInfo(Claims):
    """`/oauth2/v3/userinfo` (sub, email_verified) and v2 (id, verified_email)."""

    sub: Subject = Field(validation_alias=AliasChoices("sub", "id"))
    email: Email | None = None
    email_verified: Verified = Field(
        default=False, validation_alias=AliasChoices("email_verified", "verified_email")
    )
    name: Text | None = None
    given_name: Text | None = None
    family_name: Text | None = None
    picture: Text | None = None


class FreshToken(TokenAnswer):
    """The response to a refresh or an authorization code (RFC 6749, section 5.1).

    `refresh_token`: of a code; of a refresh only if Google replaces it.
    """

    access_token: Text = Field(min_length=1)
    refresh_token: Text | None = Field(default=None, min_length=1)


class CodeAnswer(FreshToken):
    """The response to an authorization code with the scope `openid`."""

    id_token: str = Field(min_length=1, max_length=20_000)
