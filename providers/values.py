"""The frozen values that pass between Happo and its log-in plugins."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from providers.limits import MAX_EMAIL_CHARACTERS, MAX_NAME_CHARACTERS, MAX_SUBJECT_CHARACTERS
from providers.text import require_storable


def _require_utc(moment: datetime) -> datetime:
    if moment.utcoffset() != timedelta(0):
        raise ValueError("must be in UTC")
    return moment


def _cut_name(name: str) -> str:
    return name[:MAX_NAME_CHARACTERS]


# A user with a longer name must still be able to log in; the name is only displayed.
PersonName = Annotated[str, AfterValidator(require_storable), AfterValidator(_cut_name)]
PersonText = Annotated[str, AfterValidator(require_storable)]
UtcDatetime = Annotated[AwareDatetime, AfterValidator(_require_utc)]
Secret = Annotated[str, Field(min_length=1, repr=False)]


class Value(BaseModel):
    """Base class of the values: frozen, strict; validation errors leave out the input, which may be a secret."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class PasswordCredentials(Value):
    """What a user typed. `username` may be an e-mail address; Happo has not normalised it."""

    username: str
    password: Annotated[str, Field(repr=False)]


class TokenCredentials(Value):
    """An access token that the client application obtained from the provider (RFC 6749, section 1.4)."""

    token: Secret


Credentials = PasswordCredentials | TokenCredentials


class CodeRequest(Value):
    """One log-in in a browser by an authorization code (RFC 6749, section 4.1). All but the URI is random.

    `redirect_uri`: where the provider sends the browser back to. `state`: returns with the browser, and Happo compares
    it. `nonce`: returns in the ID token (OpenID Connect Core, section 3.1.2.1), and the plugin compares it.
    `code_verifier`: the secret of PKCE (RFC 7636).
    """

    redirect_uri: Annotated[str, Field(min_length=1)]
    state: Secret
    nonce: Secret
    code_verifier: Annotated[str, Field(min_length=43, max_length=128, repr=False)]

    @property
    def code_challenge(self) -> str:
        """Return what proves the verifier, by the method `S256`."""
        digest = sha256(self.code_verifier.encode()).digest()
        return urlsafe_b64encode(digest).decode().rstrip("=")


class Grant(Value):
    """An access token of the provider, with the application it was issued to and its scopes.

    `client_id`: the application. `expires_at` (UTC) and `refresh_token` are None if unknown.
    """

    access_token: Secret
    client_id: str
    scopes: frozenset[str] = frozenset()
    expires_at: UtcDatetime | None = None
    refresh_token: Annotated[str | None, Field(min_length=1, repr=False)] = None


class Identity(Value):
    """Who a user is, as verified by `provider`.

    `subject`: the provider's own key of the user (1 to `MAX_SUBJECT_CHARACTERS`); it never changes and is never an
    e-mail address. `email`: at most `MAX_EMAIL_CHARACTERS`. `email_verified`: the provider says so in this response;
    otherwise Happo does not link the identity to an existing account. Names are cut at `MAX_NAME_CHARACTERS`.
    `picture`: a URL. `grant`: the token that proved the identity, None for a password.
    """

    provider: Annotated[str, Field(min_length=1)]
    subject: Annotated[PersonText, Field(min_length=1, max_length=MAX_SUBJECT_CHARACTERS)]
    email: Annotated[PersonText, Field(max_length=MAX_EMAIL_CHARACTERS)] | None = None
    email_verified: bool = False
    first_name: PersonName = ""
    last_name: PersonName = ""
    picture: PersonText | None = None
    grant: Grant | None = None

    @model_validator(mode="after")
    def _require_email_if_verified(self) -> Identity:
        if self.email_verified and not self.email:
            raise ValueError("email_verified without an email")
        return self


class MailGrant(Value):
    """A grant that may read the mail of the account `subject` (the same key as in `Identity`)."""

    provider: str
    subject: Annotated[str, Field(min_length=1)]
    email: str | None
    grant: Grant
