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

# `line`: text that is stored as one line. `html`: text that is sanitised before it is stored. `word`: one of a few
# words, held by a check constraint, so that it needs no quoting. `reference`: a foreign key to a UUID.
ColumnType = Literal["text", "line", "html", "word", "time", "integer", "uuid", "reference"]

_SQL_TYPES: Final[Mapping[ColumnType, str]] = {
    "text": "text",
    "line": "text",
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
        """Return the maximum number of characters; raise `ValueError` where the column has no such limit."""
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


def _declare_sent(
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


def _declare_kept(name: str, type: ColumnType, *, required: bool = True) -> Column:
    """Declare what a tombstone keeps."""
    return Column(name=name, type=type, personal=False, required=required)


def _declare_personal(name: str, type: ColumnType, max_length: int | None = None) -> Column:
    """Declare what the services themselves write about a person."""
    return Column(name=name, type=type, personal=True, max_length=max_length)


POSITION: Final = _declare(
    _declare_kept("id", "uuid"),
    _declare_sent("title", "line", 300, erased_value=""),
    _declare_sent("location", "line", 300),
    _declare_sent("notes", "html"),
    _declare_sent("type", "word", 9),
    _declare_sent("ad_posting_link", "text", MAX_URL_CHARACTERS),
    _declare_sent("target_date", "time"),
    _declare_sent("status", "word", 6, erased_value="closed"),
    _declare_sent("no_of_positions", "integer"),
    _declare_kept("created_by", "reference"),
    _declare_kept("created_at", "time"),
    _declare_kept("updated_at", "time"),
    _declare_kept("archived_at", "time", required=False),
    _declare_kept("deleted_at", "time", required=False),
)
CANDIDATE: Final = _declare(
    _declare_kept("id", "uuid"),
    _declare_kept("position", "reference"),
    _declare_sent("name", "line", 200),
    _declare_sent("phone_number", "line", 50),
    _declare_sent("compensation", "line", 200),
    _declare_sent("description", "html"),
    _declare_sent("email", "text", MAX_EMAIL_CHARACTERS),
    _declare_sent("available_from_date", "time"),
    _declare_sent("stack", "word", 12, erased_value="draft"),
    _declare_personal("rejected_at", "time"),
    _declare_personal("rejection_reason", "text", 1000),
    _declare_kept("created_by", "reference"),
    _declare_kept("created_at", "time"),
    _declare_kept("updated_at", "time"),
    _declare_kept("deleted_at", "time", required=False),
)


def erased_values(columns: Columns) -> dict[str, str | None]:
    """Return what erasure writes into each personal column."""
    return {column.name: column.erased_value for column in columns.values() if column.personal}


def settable_columns(columns: Columns) -> list[Column]:
    """Return the columns that clients set, in their order."""
    return [column for column in columns.values() if column.settable]


def check_settable(names: Iterable[str], columns: Columns) -> None:
    """Raise `ValueError` for a name that is not a settable column."""
    unknown = sorted(set(names) - {column.name for column in settable_columns(columns)})
    if unknown:
        raise ValueError(f"Not columns that clients set: {', '.join(unknown)}")
