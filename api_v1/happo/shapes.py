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
from core.recruiting.shapes import CandidateShape, MoveShape, PositionShape, Shape


def shape_of(schema: type[BaseModel], *, fields: Mapping[str, str] | None = None) -> Shape:
    """Return the keys of a schema; `fields` names those whose field isn't the key in snake_case."""
    keys = [field.alias or name for name, field in schema.model_fields.items()]
    return Shape.of({key: (fields or {}).get(key, snake_case(key)) for key in keys})


_POSITION_ID: Final = {"positionId": "position"}
_TOMBSTONE: Final = shape_of(Tombstone)
_COLLABORATOR: Final = shape_of(Collaborator)

POSITION: Final = PositionShape(
    position=shape_of(ArchivablePosition), collaborator=_COLLABORATOR, tombstone=_TOMBSTONE
)
CANDIDATE: Final = CandidateShape(
    candidate=shape_of(Candidate, fields=_POSITION_ID), tombstone=_TOMBSTONE
)
MOVE: Final = MoveShape(
    shape_of(Move, fields={"from": "from_place", "to": "to_place", "time": "moved_at"})
)
# v20180701 has lists without pages: PostgreSQL writes them in its shape, so that they needn't be parsed again.
POSITION_V20180701: Final = PositionShape(
    position=shape_of(Position), collaborator=_COLLABORATOR, tombstone=_TOMBSTONE
)
CANDIDATE_V20180701: Final = CandidateShape(
    candidate=shape_of(ListedCandidate, fields=_POSITION_ID), tombstone=_TOMBSTONE
)
