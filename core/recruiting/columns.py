"""The columns of a position and of a candidate, each declared once.

The lengths of the models and of the API's fields, the insert list, the values that erasure writes and the SQL that
reads a column into JSON all derive from here. A test compares the declarations with the models' own columns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from core.recruiting.limits import MAX_URL_CHARACTERS
from providers.limits import MAX_EMAIL_CHARACTERS

# `html`: text that is sanitised before it is stored. `word`: one of a few words, held by a check constraint, so that it
# needs no quoting. `reference`: a foreign key to a UUID.
ColumnType = Literal["text", "html", "word", "time", "integer", "uuid", "reference"]

_SQL_TYPES: Final[Mapping[ColumnType, str]] = {
    "text": "text",
    "html": "text",
    "word": "text",
    "time": "timestamptz",
    "integer": "integer",
    "uuid": "uuid",
    "reference": "uuid",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    `personal`: erasure replaces its value by `erased_value`. `settable`: clients set it; services set the others.
    `required`: never null. `max_length`: in characters.
    """

    name: str
    type: ColumnType
    personal: bool
    settable: bool = False
    required: bool = False
    max_length: int | None = None
    erased_value: str | None = None

    @property
    def limit(self) -> int:
        """Return the most characters that the column holds; raise `ValueError` where it has no such limit."""
        if self.max_length is None:
            raise ValueError(f"{self.name} has no limit in characters")
        return self.max_length

    @property
    def sql_name(self) -> str:
        """Return the name in the database."""
        return f"{self.name}_id" if self.type == "reference" else self.name

    @property
    def sql_type(self) -> str:
        """Return the type of a value that is about to be stored."""
        return _SQL_TYPES[self.type]


Columns = Mapping[str, Column]


def _declare(*columns: Column) -> Columns:
    return MappingProxyType({column.name: column for column in columns})


def _sent(
    name: str,
    type: ColumnType,
    max_length: int | None = None,
    *,
    erased_value: str | None = None,
) -> Column:
    """Declare what clients send: content, which erasure replaces. With an `erased_value` it is never null."""
    return Column(
        name=name,
        type=type,
        personal=True,
        settable=True,
        required=erased_value is not None,
        max_length=max_length,
        erased_value=erased_value,
    )


def _kept(name: str, type: ColumnType, *, required: bool = True) -> Column:
    """Declare what a tombstone keeps."""
    return Column(name=name, type=type, personal=False, required=required)


def _personal(name: str, type: ColumnType, max_length: int | None = None) -> Column:
    """Declare what the services themselves write about a person."""
    return Column(name=name, type=type, personal=True, max_length=max_length)


POSITION: Final = _declare(
    _kept("id", "uuid"),
    _sent("title", "text", 300, erased_value=""),
    _sent("location", "text", 300),
    _sent("notes", "html"),
    _sent("type", "word", 9),
    _sent("ad_posting_link", "text", MAX_URL_CHARACTERS),
    _sent("target_date", "time"),
    _sent("status", "word", 6, erased_value="closed"),
    _sent("no_of_positions", "integer"),
    _kept("created_by", "reference"),
    _kept("created_at", "time"),
    _kept("updated_at", "time"),
    _kept("archived_at", "time", required=False),
    _kept("deleted_at", "time", required=False),
)
CANDIDATE: Final = _declare(
    _kept("id", "uuid"),
    _kept("position", "reference"),
    _sent("name", "text", 200),
    _sent("phone_number", "text", 50),
    _sent("compensation", "text", 200),
    _sent("description", "html"),
    _sent("email", "text", MAX_EMAIL_CHARACTERS),
    _sent("available_from_date", "time"),
    _sent("stack", "word", 12, erased_value="draft"),
    _personal("rejected_at", "time"),
    _personal("rejection_reason", "text", 1000),
    _kept("created_by", "reference"),
    _kept("created_at", "time"),
    _kept("updated_at", "time"),
    _kept("deleted_at", "time", required=False),
)


def erased_values(columns: Columns) -> dict[str, str | None]:
    """Return what erasure writes into each personal column."""
    return {column.name: column.erased_value for column in columns.values() if column.personal}


def settable_columns(columns: Columns) -> list[Column]:
    """Return the columns that clients set, in their order."""
    return [column for column in columns.values() if column.settable]


def check_settable(names: Iterable[str], columns: Columns) -> None:
    """Raise `ValueError` for a name that is no settable column."""
    unknown = sorted(set(names) - {column.name for column in settable_columns(columns)})
    if unknown:
        raise ValueError(f"Not columns that clients set: {', '.join(unknown)}")
