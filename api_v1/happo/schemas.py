"""The requests and replies about positions and candidates. Happo: "Position Object", "Candidate Object"."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, Field
from pydantic.functional_validators import AfterValidator

from api_v1.fields import BodyId, Count, Email, HttpUrl, IsoDate, Text, reject
from api_v1.happo.spelling import snake_case
from core.recruiting import columns
from core.recruiting.rich_text.cleaning import TEXT_BYTES
from core.recruiting.services.attachment_links import MAX_ATTACHMENTS
from core.recruiting.services.collaborators import MAX_COLLABORATORS
from core.recruiting.values import CandidateDraft, Invitation, PositionDraft
from core.recruiting.vocabulary import (
    CollaboratorStatus,
    CollaboratorType,
    Phase,
    PositionStatus,
    PositionType,
    Rejected,
    Stack,
)

MAX_CANDIDATES: Final = 50


def _reject_long(text: str) -> str:
    if len(text.encode()) > TEXT_BYTES:
        raise reject("too_many_bytes", limit=TEXT_BYTES)
    return text


def _drop_default(schema: dict[str, Any]) -> None:  # Any: a JSON Schema
    schema.pop("default", None)


# For fields that may be left out but not be null: `model_fields_set` tells whether a field was sent.
NOT_SENT: Final[Any] = Field(
    default=None, json_schema_extra=_drop_default
)  # Any: as pydantic types it

Html = Annotated[str, Text(TEXT_BYTES, blank=True), AfterValidator(_reject_long)]
AttachmentIds = Annotated[list[BodyId], Field(max_length=MAX_ATTACHMENTS)]
Reason = Annotated[str, Text(columns.CANDIDATE["rejection_reason"].limit, blank=True)]
Title = Annotated[str, Text(columns.POSITION["title"].limit)]
Name = Annotated[str, Text(columns.CANDIDATE["name"].limit)]


class CollaboratorIn(BaseModel):
    """A person to invite."""

    email: Email
    type: CollaboratorType


class PositionFields(BaseModel):
    location: Annotated[str, Text(columns.POSITION["location"].limit, blank=True)] | None = None
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

    title: Title


class PositionPatch(PositionFields):
    """Changes to a position: a field left out stays, null deletes it."""

    title: Title = NOT_SENT


class CandidateFields(BaseModel):
    phoneNumber: (
        Annotated[str, Text(columns.CANDIDATE["phone_number"].limit, blank=True)] | None
    ) = None
    compensation: (
        Annotated[str, Text(columns.CANDIDATE["compensation"].limit, blank=True)] | None
    ) = None
    email: Email | None = None
    description: Html | None = None
    availableFromDate: IsoDate | None = None
    attachmentIds: AttachmentIds | None = None
    stack: Stack = NOT_SENT


class NewCandidate(CandidateFields):
    """A new candidate."""

    name: Name


class CandidateIn(NewCandidate):
    """Changes to a candidate: a field left out stays, null deletes it. `reason` is kept with the move to `stack`."""

    reason: Reason | None = None


class CandidatePatch(CandidateFields):
    """As `CandidateIn`, and `name` may be left out."""

    name: Name = NOT_SENT
    reason: Reason | None = None


class CandidatesIn(BaseModel):
    """New candidates: all of them are created, or none."""

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
    """A position; `archivedAt` is shown to users who may restore it."""

    archivedAt: datetime | None = None


class _CandidateStart(BaseModel):
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


class _Rejection(BaseModel):
    rejectedAt: datetime | None = None
    rejectionReason: str | None = None


class _CandidateEnd(BaseModel):
    positionId: UUID
    createdBy: UUID
    createdAt: datetime
    updatedAt: datetime


# The order of the fields is that of the JSON; pydantic begins with those of the last base.
class ListedCandidate(_CandidateEnd, _CandidateStart):
    """Happo: "Candidate Object". Optional fields that are unset are left out."""


class Candidate(_CandidateEnd, _Rejection, _CandidateStart):
    """A candidate. `rejectedAt` is set for a rejected candidate, `rejectionReason` if a reason was given."""


class Move(BaseModel):
    """One move of a candidate. A rejection moves it to `rejected`, and its withdrawal back to the stack."""

    # `from` is a keyword of Python.
    actor: UUID
    from_: Stack | Rejected = Field(alias="from")
    to: Stack | Rejected
    time: datetime
    reason: str | None = None


class Tombstone(BaseModel):
    """A deleted object: its id and when it was deleted."""

    id: UUID
    deletedAt: datetime


def _filter(description: str) -> Any:  # Any: as pydantic types it
    return Field(default=None, description=description)


UPDATED_AFTER: Final = (
    "Only objects changed after this time, the earliest change first: poll to get every change."
)
INCLUDE_DELETED: Final = (
    "Also list deleted objects, as `id` and `deletedAt`, whatever the other filters are."
)


class Listing(BaseModel):
    """The query parameters of every list of the head."""

    limit: int = Field(default=50, ge=1, le=200, description="How many objects a page has at most.")
    cursor: Annotated[str, Text(200)] | None = _filter(
        "`nextCursor` of the previous page; with the same filters, the list continues where that page ended."
    )


class PositionListing(Listing):
    """The filters of the list of positions."""

    status: PositionStatus | None = _filter("Only those with this status.")
    type: PositionType | None = _filter("Only those of this type.")
    q: Annotated[str, Text(200, blank=True)] | None = _filter(
        "Part of the title or location; case-insensitive."
    )
    updatedAfter: IsoDate | None = _filter(UPDATED_AFTER)
    archived: bool = Field(
        default=False,
        description="List the archived positions that you may restore, instead of all others.",
    )
    includeDeleted: bool = Field(default=False, description=INCLUDE_DELETED)


class CandidateListing(Listing):
    """The filters of the list of candidates."""

    stack: Stack | None = _filter("Only those on this stack.")
    phase: Phase | None = _filter("Only those in this phase.")
    email: Annotated[str, Text(columns.CANDIDATE["email"].limit)] | None = _filter(
        "The whole e-mail address; case-insensitive."
    )
    q: Annotated[str, Text(200, blank=True)] | None = _filter(
        "Part of the name or e-mail address; case-insensitive."
    )
    rejected: bool | None = _filter("Only those who are rejected (true), or who aren't (false).")
    updatedAfter: IsoDate | None = _filter(UPDATED_AFTER)
    includeDeleted: bool = Field(default=False, description=INCLUDE_DELETED)


def position_draft(body: PositionFields) -> PositionDraft:
    """Return what the client sent, and only that."""
    sent = _select_sent(body)
    lists = {name: sent.pop(name) for name in ("collaborators", "attachment_ids") if name in sent}
    if invited := lists.get("collaborators"):
        lists["collaborators"] = [Invitation(one.email, one.type) for one in invited]
    return PositionDraft(columns=sent, **lists)


def candidate_draft(body: CandidateFields) -> CandidateDraft:
    """Return what the client sent, and only that."""
    sent = _select_sent(body)
    rest = {name: sent.pop(name) for name in ("reason", "attachment_ids") if name in sent}
    return CandidateDraft(columns=sent, **rest)


def _select_sent(body: BaseModel) -> dict[str, Any]:  # Any: each field has a type of its own
    return {snake_case(name): getattr(body, name) for name in body.model_fields_set}
