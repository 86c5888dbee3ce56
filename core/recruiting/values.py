"""What services are told: frozen, checked for shape at the edge, with `UNSET` for what a client left out."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Final, Literal
from uuid import UUID

CollaboratorKind = Literal["admin", "client", "supplier"]
# Places of a candidate; the phase follows (`core.recruiting.models.PHASE_OF`).
StackName = Literal[
    "draft", "application", "longlist", "interesting", "interviewing", "shortlist", "hired"
]


class Unset(Enum):
    """The one value that says "not sent": None says "delete it"."""

    UNSET = "unset"

    def __bool__(self) -> bool:
        return False


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who shall work on a position."""

    email: str
    type: CollaboratorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionDraft:
    """What a client says of a position, new or changed. Dates are aware; `notes` may hold any HTML yet."""

    title: str | Unset = UNSET
    location: str | Unset | None = UNSET
    notes: str | Unset | None = UNSET
    type: Literal["full-time", "part-time"] | Unset | None = UNSET
    ad_posting_link: str | Unset | None = UNSET
    target_date: datetime | Unset | None = UNSET
    no_of_positions: int | Unset | None = UNSET
    status: Literal["draft", "open", "closed"] | Unset = UNSET
    collaborators: Sequence[Invitation] | Unset | None = UNSET
    attachment_ids: Sequence[UUID] | Unset | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateDraft:
    """What a client says of a candidate, new or changed. `reason` is kept with the move that a new `stack` makes."""

    name: str | Unset = UNSET
    phone_number: str | Unset | None = UNSET
    compensation: str | Unset | None = UNSET
    email: str | Unset | None = UNSET
    description: str | Unset | None = UNSET
    available_from_date: datetime | Unset | None = UNSET
    stack: StackName | Unset = UNSET
    reason: str | Unset | None = UNSET
    attachment_ids: Sequence[UUID] | Unset | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionFilter:
    """Which positions to list; None doesn't filter.

    `q`: part of title or location, in any case. `updated_after`: those changed later, the earliest change first.
    `archived`: archived ones instead of the others, to creators and admins. `include_deleted`: also tombstones of
    what was deleted or the caller lost sight of, and what has been archived since.
    """

    status: str | None = None
    type: str | None = None
    q: str | None = None
    updated_after: datetime | None = None
    archived: bool = False
    include_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFilter:
    """Which candidates to list; None doesn't filter. As `PositionFilter`; `email` is compared whole, in any case."""

    stack: str | None = None
    phase: str | None = None
    email: str | None = None
    q: str | None = None
    rejected: bool | None = None
    updated_after: datetime | None = None
    include_deleted: bool = False


def sent_columns(draft: PositionDraft | CandidateDraft, *, but: Sequence[str]) -> dict[str, object]:
    """Return the fields that the client sent, by name, without those in `but`."""
    values = (
        (field.name, getattr(draft, field.name)) for field in fields(draft) if field.name not in but
    )
    return {name: value for name, value in values if value is not UNSET}
