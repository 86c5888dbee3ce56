"""Shapes: a reader gets the fields that it asked for, under its own keys."""

import orjson
import pytest

from core.recruiting.columns import CANDIDATE, POSITION
from core.recruiting.queries.positions import position_payload
from core.recruiting.shapes import (
    CANDIDATE_FIELDS,
    POSITION_FIELDS,
    CandidateShape,
    MoveShape,
    PositionShape,
    Shape,
)
from tenants.context import TenantRef
from tests.factories import CollaboratorFactory, PositionFactory

ID, EMAIL = Shape.of({"id": "id"}), Shape.of({"email": "email"})


def test_a_payload_has_the_keys_of_its_shape_in_their_order(acme: TenantRef) -> None:
    position = PositionFactory(title='"T"', status="open")
    CollaboratorFactory(position=position, type="client")
    shape = PositionShape(
        position=Shape.of(
            {"Was": "status", "wer": "collaborators", "name_of_it": "title", "x": "location"},
        ),
        collaborator=Shape.of({"as": "type"}),
        tombstone=Shape.of({"id": "id"}),
    )
    assert position_payload(position.id, shape=shape) == orjson.dumps(
        {"Was": "open", "wer": [{"as": "client"}], "name_of_it": '"T"'}
    )


def test_every_column_can_be_read() -> None:
    assert POSITION.keys() <= POSITION_FIELDS
    assert CANDIDATE.keys() <= CANDIDATE_FIELDS


def test_a_field_that_does_not_exist_is_refused() -> None:
    mood = Shape.of({"mood": "mood"})
    for make in (
        lambda: PositionShape(position=mood, collaborator=EMAIL, tombstone=ID),
        lambda: PositionShape(position=ID, collaborator=mood, tombstone=ID),
        lambda: PositionShape(position=ID, collaborator=EMAIL, tombstone=mood),
        lambda: CandidateShape(candidate=mood, tombstone=ID),
        lambda: CandidateShape(candidate=ID, tombstone=mood),
        lambda: MoveShape(mood),
    ):
        with pytest.raises(ValueError, match="mood: there is no field mood"):
            make()


@pytest.mark.parametrize("key", ["", "a'b", 'a"b', "100%s", "a b", "a,b", "\u00e4", "1"])
def test_a_key_that_could_change_the_statement_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="is not a key"):
        Shape.of({key: "title"})
