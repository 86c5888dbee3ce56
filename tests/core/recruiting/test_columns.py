"""The declarations of `core.recruiting.columns` against the models' columns and against what the database stores."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import models

from core.accounts.models import User
from core.accounts.queries import authenticate_api_key
from core.accounts.services import issue_api_key
from core.accounts.values import Caller
from core.recruiting.columns import (
    CANDIDATE,
    POSITION,
    Column,
    Columns,
    ColumnType,
    check_settable,
    erased_values,
    settable_columns,
)
from core.recruiting.models import Candidate, Position
from core.recruiting.services.candidates import create_candidate, delete_candidate
from core.recruiting.services.positions import create_position, delete_position
from core.recruiting.shapes import (
    CandidateShape,
    PositionShape,
    Shape,
)
from core.recruiting.values import CandidateDraft, PositionDraft
from tenants.context import TenantRef
from tenants.credentials import key_prefix
from tenants.files.tenant_files import TenantFiles
from tests.factories import PositionFactory, UserFactory

MODELS: list[tuple[type[models.Model], Columns]] = [(Position, POSITION), (Candidate, CANDIDATE)]
KINDS: dict[str, tuple[ColumnType, ...]] = {
    "CharField": ("line", "text", "word"),
    "TextField": ("html", "text"),
    "DateTimeField": ("time",),
    "PositiveIntegerField": ("integer",),
    "UUIDField": ("uuid",),
    "ForeignKey": ("reference",),
}
NOW = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
# Values that are neither the column's default nor what erasure writes: by type, for words by name.
VALUES: dict[str, object] = {
    "text": "Zebra",
    "line": "Zebra",
    "html": "<b>Zebra</b>",
    "time": NOW,
    "integer": 3,
}
WORDS = {"type": "part-time", "status": "open", "stack": "shortlist"}
ID = Shape.of({"id": "id"})
POSITION_ID = PositionShape(position=ID, collaborator=Shape.of({"email": "email"}), tombstone=ID)
CANDIDATE_ID = CandidateShape(candidate=ID, tombstone=ID)


def differences(model: type[models.Model], columns: Columns) -> Iterator[str]:
    """Yield where the declarations and the model's own columns differ."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    yield from (f"{name} is not declared" for name in fields.keys() - columns.keys())
    yield from (f"{name} is no column" for name in columns.keys() - fields.keys())
    for name in fields.keys() & columns.keys():
        field, column = fields[name], columns[name]
        if column.type not in KINDS[field.get_internal_type()]:
            yield f"{name} is declared as {column.type}"
        length = field.max_length if isinstance(field, models.CharField) else None
        if column.max_length != length:
            yield f"{name} is declared with {column.max_length} characters"
        if column.sql_name != field.column:
            yield f"{name} is declared with the name {column.sql_name}"
        if column.required is field.null:
            yield f"{name} is declared as required={column.required}"
        if column.personal and column.erased_value is None and not field.null:
            yield f"{name} can't be erased to null"
        if column.type == "word" and not is_held(model, name):
            yield f"{name} is declared as word, and no constraint holds it"


def is_held(model: type[models.Model], name: str) -> bool:
    """Return whether a check constraint lists the words that a column may hold."""
    return any(
        f"{name}__in" in str(constraint.deconstruct()[2])
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    )


@pytest.mark.parametrize(("model", "columns"), MODELS)
def test_each_column_of_the_model_is_declared_as_it_is(
    model: type[models.Model], columns: Columns
) -> None:
    assert list(differences(model, columns)) == []


@pytest.mark.parametrize(
    ("name", "declared", "difference"),
    [
        ("title", None, "title is not declared"),
        ("mood", Column(name="mood", type="text", personal=True), "mood is no column"),
        ("title", replace(POSITION["title"], type="time"), "title is declared as time"),
        (
            "title",
            replace(POSITION["title"], type="word"),
            "title is declared as word, and no constraint holds it",
        ),
        (
            "title",
            replace(POSITION["title"], max_length=9),
            "title is declared with 9 characters",
        ),
        (
            "location",
            replace(POSITION["location"], required=True),
            "location is declared as required=True",
        ),
        (
            "title",
            replace(POSITION["title"], erased_value=None),
            "title can't be erased to null",
        ),
    ],
)
def test_a_column_that_is_missing_or_wrong_is_found(
    name: str, declared: Column | None, difference: str
) -> None:
    columns = {key: column for key, column in POSITION.items() if key != name}
    if declared is not None:
        columns[name] = declared
    assert list(differences(Position, columns)) == [difference]


def test_a_draft_takes_only_columns_that_clients_set() -> None:
    for draft, column in ((PositionDraft, "created_by"), (CandidateDraft, "rejection_reason")):
        with pytest.raises(ValueError, match=column):
            draft(columns={column: None})
    check_settable([], POSITION)


def test_a_column_without_a_length_has_no_limit() -> None:
    assert POSITION["title"].limit == Position._meta.get_field("title").max_length
    with pytest.raises(ValueError, match="notes"):
        _ = POSITION["notes"].limit


@pytest.fixture
def caller(acme: TenantRef) -> Caller:
    user: User = UserFactory()
    return authenticate_api_key(issue_api_key(user, prefix=key_prefix(acme)).key)


def sent(columns: Columns) -> dict[str, object]:
    """Return a value for each column that clients set."""
    return {
        column.name: WORDS[column.name] if column.type == "word" else VALUES[column.type]
        for column in settable_columns(columns)
    }


# Any: whatever a column holds.
def stored(model: type[models.Model], names: Iterator[str] | dict[str, Any]) -> dict[str, Any]:
    """Return these columns of the only row."""
    [row] = model._default_manager.values(*names)
    return row


def test_creating_and_deleting_a_position_reaches_every_column(
    caller: Caller, acme: TenantRef
) -> None:
    create_position(caller, PositionDraft(columns=sent(POSITION)), shape=POSITION_ID)
    assert stored(Position, sent(POSITION)) == sent(POSITION)
    delete_position(caller, Position.objects.get().id, files=TenantFiles(acme))
    erased = erased_values(POSITION)
    assert stored(Position, erased) == erased


def test_creating_and_deleting_a_candidate_reaches_every_column(
    caller: Caller, acme: TenantRef
) -> None:
    position = PositionFactory(created_by=User.objects.get(uuid=caller.user_uuid))
    create_candidate(
        caller, position.id, CandidateDraft(columns=sent(CANDIDATE)), shape=CANDIDATE_ID
    )
    assert stored(Candidate, sent(CANDIDATE)) == sent(CANDIDATE)
    candidate = Candidate.objects.get()
    Candidate.objects.update(rejected_at=NOW, rejection_reason="Zebra")
    delete_candidate(caller, position.id, candidate.id, files=TenantFiles(acme))
    erased = erased_values(CANDIDATE)
    assert stored(Candidate, erased) == erased
