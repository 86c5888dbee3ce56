"""The frozen values that pass between Happo and its mail plugins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, model_validator

from providers.values import UtcDatetime, Value

HeaderPairs = tuple[tuple[str, str], ...]
EventKind = Literal["applied", "viewed", "interview", "assessment", "offer", "rejected", "closed"]
EventField = Literal["kind", "title", "company", "location", "logo", "link", "occurred_at"]
EvidencePlace = Literal["subject", "sender", "header", "text", "html", "received_at"]


class Sender(Value):
    """The From of a mail: display name ("" where there is none) and bare address, lower-cased."""

    name: str = ""
    address: Annotated[str, AfterValidator(str.lower)]

    def belongs_to(self, claim: str) -> bool:
        """Return whether `claim` covers this address: an address, or a domain with its subdomains.

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
    """Some messages of a mailbox, and the cursor to store after them: a crash in between loses no message."""

    messages: tuple[Message, ...]
    cursor: str
