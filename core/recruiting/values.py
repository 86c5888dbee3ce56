"""What services receive: frozen values whose shape the API has checked, with `UNSET` for what a client left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final
from uuid import UUID

from core.recruiting.columns import CANDIDATE, POSITION, check_settable
from core.recruiting.vocabulary import (
    CollaboratorType,
    Phase,
    PositionStatus,
    PositionType,
    Stack,
)


class Unset(Enum):
    """The one value that means "not sent"; None means "delete the value"."""

    UNSET = "unset"

    def __bool__(self) -> bool:
        return False


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True)
class Invitation:
    """The e-mail address of a person who is invited to a position, and as what."""

    email: str
    type: CollaboratorType


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionDraft:
    """What a client sent of a position, new or changed.

    `columns`: values by their names in `core.recruiting.columns.POSITION`; a column that the client left out is absent,
    None empties one. Dates are aware; HTML is not sanitised yet.
    """

    columns: Mapping[str, object] = field(default_factory=dict)
    collaborators: Sequence[Invitation] | Unset | None = UNSET
    attachment_ids: Sequence[UUID] | Unset | None = UNSET

    def __post_init__(self) -> None:
        check_settable(self.columns, POSITION)

    @property
    def sent_fields(self) -> list[str]:
        """Return the names of what the client sent."""
        others = {"collaborators": self.collaborators, "attachments": self.attachment_ids}
        return [*self.columns, *(name for name, sent in others.items() if sent is not UNSET)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateDraft:
    """What a client sent of a candidate, new or changed; `columns` as in `PositionDraft`.

    `reason` is stored with the move that a new `stack` makes.
    """

    columns: Mapping[str, object] = field(default_factory=dict)
    reason: str | None = None
    attachment_ids: Sequence[UUID] | Unset | None = UNSET

    def __post_init__(self) -> None:
        check_settable(self.columns, CANDIDATE)

    @property
    def sent_fields(self) -> list[str]:
        """Return the names of what the client sent."""
        files = [] if self.attachment_ids is UNSET else ["attachments"]
        return [*self.columns, *files]


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionFilter:
    """Which positions to list; None doesn't filter.

    `q`: part of title or location, in any case. `updated_after`: those that changed later, the earliest change first.
    `archived`: archived ones instead of the others, to creators and admins. `include_deleted`: also tombstones of
    deleted positions and of those that the caller lost access to, and positions archived since.
    """

    status: PositionStatus | None = None
    type: PositionType | None = None
    q: str | None = None
    updated_after: datetime | None = None
    archived: bool = False
    include_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFilter:
    """Which candidates to list; None doesn't filter. As `PositionFilter`; `email` is compared whole, in any case."""

    stack: Stack | None = None
    phase: Phase | None = None
    email: str | None = None
    q: str | None = None
    rejected: bool | None = None
    updated_after: datetime | None = None
    include_deleted: bool = False
