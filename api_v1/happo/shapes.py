"""The JSON that PostgreSQL writes for the Happo API: the keys of each schema in order, and the fields behind them."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from api_v1.happo.schemas import (
    ArchivablePosition,
    Candidate,
    Collaborator,
    ListedCandidate,
    Move,
    Position,
    Tombstone,
)
from api_v1.happo.spelling import snake_case
from core.recruiting.shapes import (
    CANDIDATE_FIELDS,
    COLLABORATOR_FIELDS,
    MOVE_FIELDS,
    POSITION_FIELDS,
    TOMBSTONE_FIELDS,
    CandidateShape,
    PositionShape,
    Shape,
)


def shape_of(
    schema: type[BaseModel], known: frozenset[str], *, fields: Mapping[str, str] | None = None
) -> Shape:
    """Return the keys of a schema; `fields` names those whose field isn't the key in snake_case."""
    keys = [field.alias or name for name, field in schema.model_fields.items()]
    return Shape.of({key: (fields or {}).get(key, snake_case(key)) for key in keys}, known)


_TOMBSTONE: Final = shape_of(Tombstone, TOMBSTONE_FIELDS)
_POSITION_ID: Final = {"positionId": "position"}
_COLLABORATOR: Final = shape_of(Collaborator, COLLABORATOR_FIELDS)

POSITION: Final = PositionShape(
    position=shape_of(ArchivablePosition, POSITION_FIELDS),
    collaborator=_COLLABORATOR,
    tombstone=_TOMBSTONE,
)
CANDIDATE: Final = CandidateShape(
    candidate=shape_of(Candidate, CANDIDATE_FIELDS, fields=_POSITION_ID), tombstone=_TOMBSTONE
)
MOVE: Final = shape_of(
    Move, MOVE_FIELDS, fields={"from": "from_place", "to": "to_place", "time": "moved_at"}
)
# The lists of v20180701 are too long to be written in the head's shape and parsed again.
POSITION_V20180701: Final = PositionShape(
    position=shape_of(Position, POSITION_FIELDS), collaborator=_COLLABORATOR, tombstone=_TOMBSTONE
)
CANDIDATE_V20180701: Final = CandidateShape(
    candidate=shape_of(ListedCandidate, CANDIDATE_FIELDS, fields=_POSITION_ID), tombstone=_TOMBSTONE
)
