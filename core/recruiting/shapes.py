"""Which fields a reader wants of an object, and under which JSON keys: an API hands its shape to the queries."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.recruiting.columns import CANDIDATE, POSITION

# Keys become a part of statements: no quotes, no percent signs.
_KEY: Final = re.compile("[A-Za-z][A-Za-z0-9_]*")
POSITION_FIELDS: Final = frozenset({*POSITION, "attachment_ids", "collaborators"})
CANDIDATE_FIELDS: Final = frozenset({*CANDIDATE, "attachment_ids", "phase"})
COLLABORATOR_FIELDS: Final = frozenset({"email", "user_id", "type", "status"})
MOVE_FIELDS: Final = frozenset({"actor", "from_place", "to_place", "moved_at", "reason"})
TOMBSTONE_FIELDS: Final = frozenset({"id", "deleted_at"})


# eq=False: queries keep a statement for each shape. To hash every key at each request would cost 20 microseconds.
@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The JSON keys of an object in order, each with the name of its field. The first field is never null."""

    keys: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, fields_by_key: Mapping[str, str]) -> "Shape":
        """Return the shape; raise `ValueError` for a key that isn't a plain word."""
        for key in fields_by_key:
            if not _KEY.fullmatch(key):
                raise ValueError(f"{key!r} is not a key of letters, digits and underscores")
        return cls(tuple(fields_by_key.items()))


@dataclass(frozen=True, slots=True, eq=False)
class PositionShape:
    """How positions are shown: `position` with each `collaborator` inside, `tombstone` for a deleted one.

    Raises `ValueError` for a field that they don't have, as the other shapes do.
    """

    position: Shape
    collaborator: Shape
    tombstone: Shape

    def __post_init__(self) -> None:
        _check_fields(self.position, POSITION_FIELDS)
        _check_fields(self.collaborator, COLLABORATOR_FIELDS)
        _check_fields(self.tombstone, TOMBSTONE_FIELDS)


@dataclass(frozen=True, slots=True, eq=False)
class CandidateShape:
    """How candidates are shown; `tombstone` for a deleted one."""

    candidate: Shape
    tombstone: Shape

    def __post_init__(self) -> None:
        _check_fields(self.candidate, CANDIDATE_FIELDS)
        _check_fields(self.tombstone, TOMBSTONE_FIELDS)


@dataclass(frozen=True, slots=True, eq=False)
class MoveShape:
    """How the moves in a candidate's history are shown."""

    move: Shape

    def __post_init__(self) -> None:
        _check_fields(self.move, MOVE_FIELDS)


def _check_fields(shape: Shape, known: frozenset[str]) -> None:
    for key, field in shape.keys:
        if field not in known:
            raise ValueError(f"{key}: there is no field {field}")
