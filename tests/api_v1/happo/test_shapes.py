"""The Happo API's schemas, and the columns of the domain that they read and write."""

import pytest
from pydantic import BaseModel

from api_v1.happo.schemas import (
    ArchivablePosition,
    Candidate,
    CandidatePatch,
    PositionPatch,
)
from api_v1.happo.spelling import camel_case, snake_case, spell_fields
from core.errors import Invalid
from core.recruiting.columns import CANDIDATE, POSITION, Columns, settable_columns

SETTING = [(PositionPatch, POSITION), (CandidatePatch, CANDIDATE)]
SHOWING = [(ArchivablePosition, POSITION), (Candidate, CANDIDATE)]
# Those that the database sets and shows as a tombstone.
NOT_SHOWN = {"deleted_at"}


@pytest.mark.parametrize(("schema", "columns"), SETTING)
def test_each_column_that_clients_set_is_a_field_of_requests(
    schema: type[BaseModel], columns: Columns
) -> None:
    fields = {snake_case(name) for name in schema.model_fields}
    not_columns = {"collaborators", "attachment_ids", "reason"}
    assert fields - not_columns == {column.name for column in settable_columns(columns)}


@pytest.mark.parametrize(("schema", "columns"), SHOWING)
def test_each_column_is_a_field_of_answers(schema: type[BaseModel], columns: Columns) -> None:
    fields = {snake_case(name).removesuffix("_id") for name in schema.model_fields}
    assert columns.keys() - NOT_SHOWN <= fields


@pytest.mark.parametrize(
    ("client", "domain"),
    [
        ("adPostingLink", "ad_posting_link"),
        ("noOfPositions", "no_of_positions"),
        ("candidates[3].attachmentIds[0]", "candidates[3].attachment_ids[0]"),
        ("title", "title"),
        ("Idempotency-Key", "Idempotency-Key"),
        ("", ""),
    ],
)
def test_the_domain_and_clients_spell_a_field_in_their_own_way(client: str, domain: str) -> None:
    assert camel_case(domain) == client
    if client != "Idempotency-Key":
        assert snake_case(client) == domain


def test_a_problem_names_the_field_as_the_client_wrote_it() -> None:
    error = Invalid.one("candidates[3].attachment_ids[0]", "unknown_attachment", id="x")
    [problem] = spell_fields(error).problems
    assert (problem.field, problem.code, problem.facts) == (
        "candidates[3].attachmentIds[0]",
        "unknown_attachment",
        {"id": "x"},
    )
