"""The frozen values that pass between Happo and its mail plugins."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from itertools import chain
from typing import Annotated, Literal, Protocol, get_args

from pydantic import AfterValidator, Field, model_validator

from providers.links import PublicLink
from providers.text import (
    CompanyName,
    JobTitle,
    LocationName,
    Requisition,
    StorableText,
    require_storable,
)
from providers.values import UtcDatetime, Value

MAX_TEXT_BYTES = 1024 * 1024
MAX_HEADER_BYTES = 64 * 1024
# What a source may say of one mail; a board's digest of many applications has fewer.
MAX_EVENTS = 100
# What one event may be founded on; ten fields have a few quotes each.
MAX_EVIDENCE = 100

HeaderPairs = tuple[tuple[str, str], ...]
EventKind = Literal[
    "applied", "viewed", "interview", "assessment", "offer", "rejected", "closed", "withdrawn"
]
EventField = Literal[
    "kind",
    "title",
    "company",
    "location",
    "requisition",
    "logo",
    "link",
    "occurred_at",
    "occurred_on",
    "scheduled_at",
]
EvidencePlace = Literal[
    "subject", "sender", "header", "text", "html", "markup", "calendar", "received_at"
]
Trust = Literal["passed", "failed", "unknown"]
MailFolder = Literal["inbox", "sent", "spam", "trash", "other"]


def _require_short(text: str) -> str:
    """Refuse text above 1 MiB; a character has four bytes at most, so that most text is never encoded for it."""
    if len(text) * 4 > MAX_TEXT_BYTES and len(text.encode()) > MAX_TEXT_BYTES:
        raise ValueError("above 1 MiB")
    return text


def _require_short_headers(headers: HeaderPairs) -> HeaderPairs:
    joined = require_storable("".join(chain.from_iterable(headers)))
    if len(joined) * 4 > MAX_HEADER_BYTES and len(joined.encode()) > MAX_HEADER_BYTES:
        raise ValueError("headers above 64 KiB")
    return headers


BodyText = Annotated[StorableText, AfterValidator(_require_short)]


class Sender(Value):
    """The From of a mail: display name ("" where there is none) and bare address, lower-cased."""

    name: StorableText = ""
    address: Annotated[StorableText, AfterValidator(str.lower)]

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def belongs_to(self, claim: str) -> bool:
        """Return whether `claim` covers this address: an address, or a domain with its subdomains.

        `linkedin.com` covers `e.linkedin.com`, and never `linkedin.com.evil.test` or `notlinkedin.com`.
        """
        if "@" in claim:
            return self.address == claim.lower()
        return self.domain == claim.lower() or self.domain.endswith("." + claim.lower())


class MailHead(Protocol):
    """What is known of a mail by its header: enough to tell who is asked about it."""

    @property
    def sender(self) -> Sender: ...

    @property
    def trust(self) -> Trust: ...

    @property
    def folder(self) -> MailFolder: ...

    def header(self, name: str) -> str | None: ...

    def header_values(self, name: str) -> tuple[str, ...]: ...


class Message(Value):
    """One mail, the same whether it came from Gmail, IMAP, inbound mail, `.eml` or mbox.

    `id`: the mailbox's own id, unique within that mailbox only. `message_id`: RFC 5322 Message-ID with its
    angle brackets, "" where there is none. `received_at`: UTC, when the mailbox got it. `subject`: decoded
    and unfolded. `headers`: as (name, decoded value) in their order, 64 KiB at most. `text`, `html`: "" where
    there is no such part, 1 MiB (UTF-8) each at most. `visible_text`: what a person sees of the HTML; a blank
    line stands between blocks (paragraphs, cells), a single line break where the HTML has `<br>`. `calendar`:
    iCalendar objects, equal ones once. `trust`: whether the sender's domain is proven, as worked out by the
    reader; `signed_by`: domains whose DKIM signature is known to be valid. `folder`: where the mailbox has it;
    drafts count as `sent`. `forwarded`: the user forwarded it, and all of this is the inner mail's.
    """

    id: Annotated[StorableText, Field(min_length=1)]
    message_id: StorableText = ""
    thread_id: StorableText = ""
    received_at: UtcDatetime
    sender: Sender
    subject: StorableText = ""
    headers: Annotated[HeaderPairs, AfterValidator(_require_short_headers)] = ()
    text: BodyText = ""
    html: BodyText = ""
    visible_text: BodyText = ""
    calendar: tuple[BodyText, ...] = ()
    trust: Trust = "unknown"
    signed_by: tuple[StorableText, ...] = ()
    folder: MailFolder = "inbox"
    forwarded: bool = False

    def header(self, name: str) -> str | None:
        """Return the first value of a header, whatever the case of its name; None where there is none."""
        name = name.lower()
        for key, value in self.headers:
            if key.lower() == name:
                return value
        return None

    def header_values(self, name: str) -> tuple[str, ...]:
        """Return all values of a header, whatever the case of its name, in their order."""
        name = name.lower()
        return tuple([value for key, value in self.headers if key.lower() == name])


class Evidence(Value):
    """Where one field of an event was read: the place, and the words themselves.

    `quote` is copied from that place, so that a reader can find it there; runs of white space count as one space, and
    characters that take no room don't count. `html` is what a person sees (`visible_text`); `markup` is for attributes
    and addresses in the HTML's source.
    """

    field: EventField
    place: EvidencePlace
    quote: Annotated[StorableText, Field(min_length=1, max_length=1000)]


class MailEvent(Value):
    """One thing that a mail says happened to one application.

    What the mail doesn't say is None, never a guess. Each field that is set has its evidence, and no other has.
    Title, company, location and requisition are made one clean line and are refused when blank or too long
    (300, 200, 200, 100 characters). `requisition`: the employer's own number of the posting. `link`, `logo`: https,
    without user, port, and any parameter but those of `link_parameters.json`. `occurred_at`: UTC; None stands for the
    mail's own moment, which Happo fills in. `occurred_on`: a date printed for this very event, without a zone.
    `scheduled_at`: UTC, when an interview begins.
    """

    kind: EventKind
    title: JobTitle | None = None
    company: CompanyName | None = None
    location: LocationName | None = None
    requisition: Requisition | None = None
    logo: PublicLink | None = None
    link: PublicLink | None = None
    occurred_at: UtcDatetime | None = None
    occurred_on: datetime.date | None = None
    scheduled_at: UtcDatetime | None = None
    evidence: tuple[Evidence, ...]

    @model_validator(mode="after")
    def _has_evidence_for_what_it_says(self) -> MailEvent:
        said = {name for name in get_args(EventField) if getattr(self, name) is not None}
        shown = {evidence.field for evidence in self.evidence}
        if said != shown:
            raise ValueError(f"fields and evidence differ: {_listed(said ^ shown)}")
        return self

    def evidence_for(self, field: EventField) -> tuple[Evidence, ...]:
        """Return where `field` was read, () where the mail doesn't say it."""
        return tuple(evidence for evidence in self.evidence if evidence.field == field)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


class FetchedMail(Value):
    """One mail as a mailbox has it. Happo reads it; a mailbox reads nothing but what it needs to fetch.

    `key`: the mailbox's own id, unique within that mailbox; the same mail has the same key each time. `raw`: its bytes
    (RFC 5322), unchanged; b"" where there are none, for `reason`, a sentence for its owner without a final full stop
    and without content of the mail. `received_at`: UTC, when the mailbox got it, None if the mailbox doesn't say.
    """

    key: Annotated[StorableText, Field(min_length=1, max_length=500)]
    raw: Annotated[bytes, Field(repr=False)] = b""
    reason: Annotated[StorableText, Field(max_length=300)] = ""
    folder: MailFolder = "inbox"
    thread_id: Annotated[StorableText, Field(max_length=500)] = ""
    received_at: UtcDatetime | None = None

    @model_validator(mode="after")
    def _has_bytes_or_a_reason(self) -> FetchedMail:
        if bool(self.raw) == bool(self.reason):
            raise ValueError("a mail has either bytes or a reason")
        return self


class Fetched(Value):
    """Some mails of a mailbox, and the cursor to store after them: a crash in between loses no mail.

    A piece has to fit in memory: 100 mails and, unless it is one mail alone, 8 MiB at most. `cursor`: at most 16 KiB,
    the mailbox's own format. `authserv_id`: the name under which this mailbox's own receiver writes
    `Authentication-Results` (RFC 8601, section 2.5); "" if that is not known, and then none of them counts.
    """

    mails: Annotated[tuple[FetchedMail, ...], Field(max_length=100)]
    cursor: Annotated[StorableText, Field(min_length=1, max_length=16 * 1024)]
    authserv_id: StorableText = ""
