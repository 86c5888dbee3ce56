"""The JSON of one object, written by PostgreSQL in the shape that the reader asked for: SQL expressions.

Text is put together by `concat`, which skips null: `',"location":' || null` is null, so a value that is unset is left
out together with its key. That takes half the time of `json_strip_nulls(json_build_object(...))`, which parses what it
has just written. Every text that a client sent goes through `to_json`, which quotes it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from core.recruiting.columns import CANDIDATE, POSITION, Columns, ColumnType
from core.recruiting.shapes import CandidateShape, MoveShape, PositionShape, Shape
from core.recruiting.vocabulary import PHASE_OF

# From the opening of a pair (`,"title":`) and the SQL of a value to the parts of the pair, each an SQL expression.
Writer = Callable[[str, str], tuple[str, ...]]


def _write_text(opening: str, value: str) -> tuple[str, ...]:
    return f"'{opening}'", f"to_json({value})::text"


def _write_plain(opening: str, value: str) -> tuple[str, ...]:
    return f"'{opening}'", value


def _write_unquoted(opening: str, value: str) -> tuple[str, ...]:
    """For values that can't hold a quote: ids, times, and the words that check constraints allow."""
    return f"""'{opening}"'""", f"({value})", """'"'"""


def _write_time(opening: str, value: str) -> tuple[str, ...]:
    # Milliseconds: no two changes of a list share one (`services/change_times.py`).
    text = f"""to_char({value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""
    return _write_unquoted(opening, text)


def _write_list(opening: str, value: str) -> tuple[str, ...]:
    """For the items of a list, separated by commas; null where there are none."""
    return f"'{opening}['", value, "']'"


_WRITERS: Final[Mapping[ColumnType, Writer]] = {
    "text": _write_text,
    "line": _write_text,
    "html": _write_text,
    "word": _write_unquoted,
    "time": _write_time,
    "integer": _write_plain,
    "uuid": _write_unquoted,
    "reference": _write_unquoted,
}


@dataclass(frozen=True, slots=True)
class _Field:
    """How a field is written; `value` is its SQL. One that is `required` is never null."""

    write: Writer
    value: str
    required: bool = False


_Fields = Mapping[str, _Field]


def _write_object(shape: Shape, fields: _Fields) -> str:
    arguments: list[str] = []
    for nth, (key, name) in enumerate(shape.keys):
        field = fields[name]
        parts = field.write(f'{"," if nth else "{"}"{key}":', field.value)
        # Arguments of `concat` are quicker than `||`, but a null among them would leave its key behind.
        arguments += parts if field.required else [" || ".join(parts)]
    return f"concat({', '.join(arguments)}, '}}')"


def _column_fields(columns: Columns, *, row: str) -> _Fields:
    return {
        column.name: _Field(_WRITERS[column.type], f"{row}.{column.sql_name}", column.required)
        for column in columns.values()
    }


def _write_tombstone(shape: Shape, *, row: str, deleted_at: str) -> str:
    fields = {
        "id": _Field(_write_unquoted, f"{row}.id", required=True),
        "deleted_at": _Field(_write_time, deleted_at, required=True),
    }
    return _write_object(shape, fields)


_POSITION_FIELDS: Final[_Fields] = {
    **_column_fields(POSITION, row="p"),
    "attachment_ids": _Field(_write_list, "a.ids"),
    "collaborators": _Field(_write_list, "k.collaborators"),
}


@lru_cache
def position(shape: PositionShape) -> str:
    """Return the JSON of a position `p`, with the rows of `position_children`."""
    return _write_object(shape.position, _POSITION_FIELDS)


@lru_cache
def position_or_tombstone(shape: PositionShape) -> str:
    """As `position`; a tombstone where `picked.gone_at`, the time at which the caller lost it, is not null."""
    tombstone = _write_tombstone(shape.tombstone, row="p", deleted_at="picked.gone_at")
    return f"CASE WHEN picked.gone_at IS NULL THEN {position(shape)} ELSE {tombstone} END"


_PHASE: Final = (
    "CASE c.stack "
    + " ".join(f"WHEN '{stack}' THEN '{phase}'" for stack, phase in PHASE_OF.items())
    + " END"
)
_CANDIDATE_FIELDS: Final[_Fields] = {
    **_column_fields(CANDIDATE, row="c"),
    "attachment_ids": _Field(_write_list, "a.ids"),
    "phase": _Field(_write_unquoted, _PHASE, required=True),
}


@lru_cache
def candidate(shape: CandidateShape) -> str:
    """Return the JSON of a candidate `c`, with the rows of `CANDIDATE_CHILDREN`."""
    return _write_object(shape.candidate, _CANDIDATE_FIELDS)


@lru_cache
def candidate_or_tombstone(shape: CandidateShape) -> str:
    """As `candidate`; a tombstone where it is deleted."""
    tombstone = _write_tombstone(shape.tombstone, row="c", deleted_at="c.deleted_at")
    return f"CASE WHEN c.deleted_at IS NULL THEN {candidate(shape)} ELSE {tombstone} END"


@lru_cache
def move(shape: MoveShape, *, row: str) -> str:
    """Return the JSON of a candidate's move."""
    return _write_object(
        shape.move,
        {
            "actor": _Field(_write_unquoted, f"{row}.actor_id", required=True),
            "from_place": _Field(_write_unquoted, f"{row}.from_place", required=True),
            "to_place": _Field(_write_unquoted, f"{row}.to_place", required=True),
            "moved_at": _Field(_write_time, f"{row}.moved_at", required=True),
            "reason": _Field(_write_text, f"{row}.reason"),
        },
    )


# An invited user who registers counts as registered at once, not only once the invitation is rewritten.
_STATUS: Final = """CASE
    WHEN member.status = 'awaiting_registration' AND person.is_registered
      AND person.email_confirmed_at IS NOT NULL
    THEN 'awaiting_approval' ELSE member.status END"""
_COLLABORATOR_FIELDS: Final[_Fields] = {
    "email": _Field(_write_text, "person.email", required=True),
    "user_id": _Field(_write_unquoted, "person.uuid", required=True),
    "type": _Field(_write_unquoted, "member.type", required=True),
    "status": _Field(_write_unquoted, _STATUS, required=True),
}


# Children of one row each: as lateral joins they come from their index, row by row, whatever else the tables hold.
@lru_cache
def position_children(shape: PositionShape) -> str:
    """Return the joins that add `a.ids` and `k.collaborators` to a position `p`."""
    collaborator = _write_object(shape.collaborator, _COLLABORATOR_FIELDS)
    # OFFSET 0 keeps the planner from reading all users for each position where it believes there are few.
    return f"""{_attachments_of("p", parent="position")}
    LEFT JOIN LATERAL (
        SELECT string_agg({collaborator}, ',' ORDER BY member.ordinal) AS collaborators
          FROM recruiting_collaborator member CROSS JOIN LATERAL (
               SELECT uuid, email, is_registered, email_confirmed_at FROM accounts_user
                WHERE uuid = member.user_id OFFSET 0) person
         WHERE member.position_id = p.id
    ) k ON true"""


def _attachments_of(row: str, *, parent: str) -> str:
    return f"""
    LEFT JOIN LATERAL (
        SELECT string_agg(concat('"', file.id, '"'), ',' ORDER BY file.ordinal) AS ids
          FROM recruiting_attachment file WHERE file.{parent}_id = {row}.id
    ) a ON true"""


# The join that adds `a.ids` to a candidate `c`.
CANDIDATE_CHILDREN: Final = _attachments_of("c", parent="candidate")
