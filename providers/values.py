"""The frozen values that cross the border between the house and its plugins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

HeaderPairs = tuple[tuple[str, str], ...]
EventKind = Literal["applied", "viewed", "interview", "assessment", "offer", "rejected", "closed"]
EventField = Literal["kind", "title", "company", "location", "logo", "link", "occurred_at"]
EvidencePlace = Literal["subject", "sender", "header", "text", "html", "received_at"]


def _require_utc(moment: datetime) -> datetime:
    if moment.utcoffset() != timedelta(0):
        raise ValueError("must be in UTC")
    return moment


def _require_storable(text: str) -> str:
    """Refuse what PostgreSQL has no text for: NUL, and halves of surrogate pairs (UnicodeEncodeError)."""
    if b"\x00" in text.encode():
        raise ValueError("holds NUL")
    return text


def _cut_name(name: str) -> str:
    return name[:MAX_NAME_CHARACTERS]


# Somebody with a longer name must get in all the same: the rest of it is only for show.
MAX_NAME_CHARACTERS = 150
PersonName = Annotated[str, AfterValidator(_require_storable), AfterValidator(_cut_name)]
PersonText = Annotated[str, AfterValidator(_require_storable)]
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


class Sender(Value):
    """The From of a mail: display name ("" where there is none) and bare address, lower-cased."""

    name: str = ""
    address: Annotated[str, AfterValidator(str.lower)]

    def belongs_to(self, claim: str) -> bool:
        """Tell whether `claim` covers this address: an address, or a domain with its subdomains.

        `linkedin.com` covers `e.linkedin.com`, and never `linkedin.com.evil.test` or `notlinkedin.com`.
        """
        if "@" in claim:
            return self.address == claim.lower()
        domain = self.address.rpartition("@")[2]
        return domain == claim.lower() or domain.endswith("." + claim.lower())


class Message(Value):
    """One mail, the same whether it came from Gmail, IMAP, `.eml` or mbox.

    `id`: the mailbox's own id, unique within that mailbox only. `message_id`: RFC 5322 Message-ID with its
    angle brackets, "" where there is none. `received_at`: UTC, when the mailbox got it. `subject`: decoded
    and unfolded. `headers`: as (name, decoded value) in their order. `text`, `html`: "" where there is no
    such part.
    """

    id: Annotated[str, Field(min_length=1)]
    message_id: str = ""
    thread_id: str = ""
    received_at: UtcDatetime
    sender: Sender
    subject: str = ""
    headers: HeaderPairs = ()
    text: str = ""
    html: str = ""

    def header(self, name: str) -> str | None:
        """Return the first value of a header, whatever the case of its name; None where there is none."""
        return next(iter(self.header_values(name)), None)

    def header_values(self, name: str) -> tuple[str, ...]:
        """Return all values of a header, whatever the case of its name, in their order."""
        return tuple(value for key, value in self.headers if key.lower() == name.lower())


class Evidence(Value):
    """Where one field of an event was read: the place, and the words themselves.

    `quote` is copied from that place, character for character, so that a reader can find it there.
    """

    field: EventField
    place: EvidencePlace
    quote: Annotated[str, Field(min_length=1, max_length=1000)]


class MailEvent(Value):
    """One thing that a mail says happened to one application.

    What the mail doesn't say is None, never a guess.

    Each field that is set has its evidence, and no other has.
    """

    kind: EventKind
    title: str | None = None
    company: str | None = None
    location: str | None = None
    logo: str | None = None
    link: str | None = None
    occurred_at: UtcDatetime | None = None
    evidence: tuple[Evidence, ...]

    @model_validator(mode="after")
    def _has_evidence_for_what_it_says(self) -> MailEvent:
        said = {name for name in get_args(EventField) if getattr(self, name) is not None}
        shown = {evidence.field for evidence in self.evidence}
        if said != shown:
            raise ValueError(f"fields and evidence differ: {_listed(said ^ shown)}")
        blank = {name for name in said if getattr(self, name) == ""}
        if blank:
            raise ValueError(f"empty instead of None: {_listed(blank)}")
        return self

    def evidence_for(self, field: EventField) -> tuple[Evidence, ...]:
        """Return where `field` was read, () where the mail doesn't say it."""
        return tuple(evidence for evidence in self.evidence if evidence.field == field)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


class Fetched(Value):
    """Some messages of a mailbox, and the cursor to store once they are stored: a crash between loses nothing."""

    messages: tuple[Message, ...]
    cursor: str
