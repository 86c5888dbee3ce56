"""The responses of LinkedIn's endpoints."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from pydantic import Field

from providers.oauth.claims import Claims, Email, EpochSeconds, Subject, Text, Verified


class Introspection(Claims):
    """`/oauth/v2/introspectToken`: `status` is active, expired or revoked; `scope` is separated by commas.

    `expires_at`: seconds since 1970 (UTC).
    """

    active: bool = Field(strict=True)
    status: Text | None = None
    client_id: Text | None = None
    scope: Text = ""
    expires_at: EpochSeconds | None = None

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(filter(None, re.split(r"[,\s]+", self.scope)))

    @property
    def ends_at(self) -> datetime | None:
        return datetime.fromtimestamp(self.expires_at, UTC) if self.expires_at is not None else None


class CodeAnswer(Claims):
    """`/oauth/v2/accessToken`: the response to an authorization code."""

    access_token: Text = Field(min_length=1)


class Locale(Claims):
    country: Text = "US"
    language: Text = "en"


class UserInfo(Claims):
    """`/v2/userinfo`.

    `locale` is an object, or text such as `en_US`: LinkedIn has sent both.
    """

    sub: Subject
    email: Email | None = None
    email_verified: Verified = False
    name: Text | None = None
    given_name: Text | None = None
    family_name: Text | None = None
    picture: Text | None = None
    locale: Locale | Text | None = None


class Localized(Claims):
    localized: dict[Text, Text]
    preferred: Locale = Field(alias="preferredLocale")


class Member(Claims):
    """`/v2/me`: the fields that an identity needs."""

    id: Subject
    first_name: Localized = Field(alias="firstName")
    last_name: Localized = Field(alias="lastName")


class EmailHandle(Claims):
    email: Email | None = Field(default=None, alias="emailAddress")


class EmailElement(Claims):
    handle: EmailHandle | None = Field(default=None, alias="handle~")


class EmailAddresses(Claims):
    """`/v2/emailAddress?q=members&projection=(elements*(handle~))`: the member's primary address."""

    elements: tuple[EmailElement, ...] = ()

    @property
    def first(self) -> str | None:
        return next(
            (one.handle.email for one in self.elements if one.handle and one.handle.email), None
        )
