"""The frozen values that cross the border between the house and its log-in plugins."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from providers.text import require_storable


def _require_utc(moment: datetime) -> datetime:
    if moment.utcoffset() != timedelta(0):
        raise ValueError("must be in UTC")
    return moment


def _cut_name(name: str) -> str:
    return name[:MAX_NAME_CHARACTERS]


# Somebody with a longer name must get in all the same: the rest of it is only for show.
MAX_NAME_CHARACTERS = 150
PersonName = Annotated[str, AfterValidator(require_storable), AfterValidator(_cut_name)]
PersonText = Annotated[str, AfterValidator(require_storable)]
UtcDatetime = Annotated[AwareDatetime, AfterValidator(_require_utc)]
Secret = Annotated[str, Field(min_length=1, repr=False)]


class Value(BaseModel):
    """Base of the values: frozen, strict, and silent about its input when that is wrong (it may be a secret)."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class PasswordCredentials(Value):
    """What a person typed. `username` may be an e-mail address, as it was typed."""

    username: str
    password: Annotated[str, Field(repr=False)]


class TokenCredentials(Value):
    """An access token that the client got from the provider by itself."""

    token: Secret


Credentials = PasswordCredentials | TokenCredentials


class Grant(Value):
    """A token of the provider and what it opens.

    `expires_at` and `refresh_token` are None where none is known.
    """

    access_token: Secret
    client_id: str
    scopes: frozenset[str] = frozenset()
    expires_at: UtcDatetime | None = None
    refresh_token: Annotated[str | None, Field(min_length=1, repr=False)] = None


class Identity(Value):
    """Who somebody is, as proven by `provider`.

    `subject`: the provider's own key of the person, never changes and is never an e-mail address.
    `email_verified`: the provider says so in this very answer; only then may it link to an existing account.
    Names are cut at 150 characters. `grant`: the token that proved it, where there was one.
    """

    provider: Annotated[str, Field(min_length=1)]
    subject: Annotated[PersonText, Field(min_length=1, max_length=255)]
    email: Annotated[PersonText, Field(max_length=254)] | None = None
    email_verified: bool = False
    first_name: PersonName = ""
    last_name: PersonName = ""
    picture: PersonText | None = None
    grant: Grant | None = None

    @model_validator(mode="after")
    def _only_an_email_can_be_verified(self) -> Identity:
        if self.email_verified and not self.email:
            raise ValueError("email_verified without an email")
        return self


class MailGrant(Value):
    """A grant that may read the mail of the account `subject` (the same key as in `Identity`)."""

    provider: str
    subject: Annotated[str, Field(min_length=1)]
    email: str | None
    grant: Grant
