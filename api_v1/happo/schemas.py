"""What clients send about positions and candidates, and what they get. Happo: "Position Object", "Candidate Object"."""

import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, Field
from pydantic.functional_validators import AfterValidator

from api_v1.fields import BodyId, Count, Email, HttpUrl, IsoDate, Text, refuse
from core.recruiting.rich_text.cleaning import TEXT_BYTES
from core.recruiting.services.attachment_links import MAX_ATTACHMENTS
from core.recruiting.services.collaborators import MAX_COLLABORATORS
from core.recruiting.values import CandidateDraft, Invitation, PositionDraft

MAX_CANDIDATES: Final = 50

PositionType = Literal["full-time", "part-time"]
PositionStatus = Literal["draft", "open", "closed"]
CollaboratorType = Literal["admin", "client", "supplier"]
CollaboratorStatus = Literal["awaiting_registration", "awaiting_approval", "declined", "accepted"]
Stack = Literal[
    "draft", "application", "longlist", "interesting", "interviewing", "shortlist", "hired"
]
Phase = Literal["application", "screening", "evaluation", "decision", "hired"]


def _refuse_long(text: str) -> str:
    if len(text.encode()) > TEXT_BYTES:
        raise refuse("too_many_bytes", limit=TEXT_BYTES)
    return text


def _without_default(schema: dict[str, Any]) -> None:  # Any: a JSON Schema
    schema.pop("default", None)


# For what may be left out and can't be null: whether it was sent is in `model_fields_set`.
NOT_SENT: Final[Any] = Field(
    default=None, json_schema_extra=_without_default
)  # Any: as pydantic types it

Html = Annotated[str, Text(TEXT_BYTES, blank=True), AfterValidator(_refuse_long)]
AttachmentIds = Annotated[list[BodyId], Field(max_length=MAX_ATTACHMENTS)]
Reason = Annotated[str, Text(1000, blank=True)]


class CollaboratorIn(BaseModel):
    """Somebody to invite."""

    email: Email
    type: CollaboratorType


class PositionFields(BaseModel):
    location: Annotated[str, Text(300, blank=True)] | None = None
    notes: Html | None = None
    type: PositionType | None = None
    adPostingLink: HttpUrl | None = None
    targetDate: IsoDate | None = None
    noOfPositions: Count | None = None
    status: PositionStatus = NOT_SENT
    collaborators: Annotated[list[CollaboratorIn], Field(max_length=MAX_COLLABORATORS)] | None = (
        None
    )
    attachmentIds: AttachmentIds | None = None


class PositionIn(PositionFields):
    """A new position, or changes to one: a field left out stays, null deletes it."""

    title: Annotated[str, Text(300)]


class PositionPatch(PositionFields):
    """Changes to a position: a field left out stays, null deletes it."""

    title: Annotated[str, Text(300)] = NOT_SENT


class CandidateFields(BaseModel):
    phoneNumber: Annotated[str, Text(50, blank=True)] | None = None
    compensation: Annotated[str, Text(200, blank=True)] | None = None
    email: Email | None = None
    description: Html | None = None
    availableFromDate: IsoDate | None = None
    attachmentIds: AttachmentIds | None = None
    stack: Stack = NOT_SENT


class NewCandidate(CandidateFields):
    """A new candidate."""

    name: Annotated[str, Text(200)]


class CandidateIn(NewCandidate):
    """Changes to a candidate: a field left out stays, null deletes it. `reason` is kept with the move to `stack`."""

    reason: Reason | None = None


class CandidatePatch(CandidateFields):
    """As `CandidateIn`, and `name` may be left out."""

    name: Annotated[str, Text(200)] = NOT_SENT
    reason: Reason | None = None


class CandidatesIn(BaseModel):
    """New candidates, all of which are made, or none."""

    candidates: Annotated[list[NewCandidate], Field(min_length=1, max_length=MAX_CANDIDATES)]


class MoveIn(BaseModel):
    stack: Stack
    reason: Reason | None = None


class ReasonIn(BaseModel):
    reason: Reason | None = None


class Collaborator(BaseModel):
    email: str
    userId: UUID
    type: CollaboratorType
    status: CollaboratorStatus


class Position(BaseModel):
    """Happo: "Position Object". Optional fields that are unset are left out."""

    id: UUID
    title: str
    location: str | None = None
    notes: str | None = None
    type: PositionType | None = None
    adPostingLink: str | None = None
    targetDate: datetime | None = None
    status: PositionStatus
    noOfPositions: int | None = None
    attachmentIds: list[UUID] | None = None
    collaborators: list[Collaborator] | None = None
    createdBy: UUID
    createdAt: datetime
    updatedAt: datetime


class ArchivablePosition(Position):
    """A position as those see it who may restore it."""

    archivedAt: datetime | None = None


class ListedCandidate(BaseModel):
    """Happo: "Candidate Object". Optional fields that are unset are left out."""

    id: UUID
    name: str
    phoneNumber: str | None = None
    compensation: str | None = None
    email: str | None = None
    description: str | None = None
    attachmentIds: list[UUID] | None = None
    availableFromDate: datetime | None = None
    stack: Stack
    phase: Phase
    positionId: UUID
    createdBy: UUID
    createdAt: datetime
    updatedAt: datetime


class Candidate(ListedCandidate):
    """A candidate; `rejectedAt` and, where one was given, `rejectionReason` are there for one who is rejected."""

    rejectedAt: datetime | None = None
    rejectionReason: str | None = None


class Move(BaseModel):
    """One step of a candidate. Rejected ones go to `rejected`, and from there back to their stack."""

    # `from` is a word of Python.
    actor: UUID
    from_: Stack | Literal["rejected"] = Field(alias="from")
    to: Stack | Literal["rejected"]
    time: datetime
    reason: str | None = None


class Tombstone(BaseModel):
    """What is left of a thing that is gone."""

    id: UUID
    deletedAt: datetime


def _filter(description: str) -> Any:  # Any: as pydantic types it
    return Field(default=None, description=description)


UPDATED_AFTER: Final = "Only what was changed after this moment, the earliest change first. Follow it and miss nothing."
INCLUDE_DELETED: Final = (
    "Also show what is gone, as `id` and `deletedAt`, whatever the other filters say."
)


class Listing(BaseModel):
    """What every list of the head takes."""

    limit: int = Field(default=50, ge=1, le=200, description="How many at once.")
    cursor: Annotated[str, Text(200)] | None = _filter(
        "`nextCursor` of the page before; with the same filters, it goes on where that page ended."
    )


class PositionListing(Listing):
    """Which positions to list."""

    status: PositionStatus | None = _filter("Only those with this status.")
    type: PositionType | None = _filter("Only those of this type.")
    q: Annotated[str, Text(200, blank=True)] | None = _filter(
        "A part of title or location, in any case."
    )
    updatedAfter: IsoDate | None = _filter(UPDATED_AFTER)
    archived: bool = Field(
        default=False, description="The archived ones that you may restore, in place of the others."
    )
    includeDeleted: bool = Field(default=False, description=INCLUDE_DELETED)


class CandidateListing(Listing):
    """Which candidates to list."""

    stack: Stack | None = _filter("Only those on this stack.")
    phase: Phase | None = _filter("Only those in this phase.")
    email: Annotated[str, Text(254)] | None = _filter("The whole e-mail address, in any case.")
    q: Annotated[str, Text(200, blank=True)] | None = _filter(
        "A part of name or e-mail, in any case."
    )
    rejected: bool | None = _filter("Only those who are rejected (true), or who aren't (false).")
    updatedAfter: IsoDate | None = _filter(UPDATED_AFTER)
    includeDeleted: bool = Field(default=False, description=INCLUDE_DELETED)


def position_draft(body: PositionFields) -> PositionDraft:
    """Return what the client sent, and only that."""
    sent = _sent(body)
    if invited := sent.get("collaborators"):
        sent["collaborators"] = [Invitation(one.email, one.type) for one in invited]
    return PositionDraft(**sent)


def candidate_draft(body: CandidateFields) -> CandidateDraft:
    """Return what the client sent, and only that."""
    return CandidateDraft(**_sent(body))


def _sent(body: BaseModel) -> dict[str, Any]:  # Any: of a body's fields, each of a kind of its own
    return {snake_case(name): getattr(body, name) for name in body.model_fields_set}


def snake_case(name: str) -> str:
    """Return `ad_posting_link` for `adPostingLink`."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
