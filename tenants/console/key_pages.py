"""Tables in parts: each part begins after a row, not at a number of rows, so that the last one costs as the first."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeAlias, TypeVar

import orjson
from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, Field, IntegerField, Model, Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

ROWS: Final = 50
# A key of a few short columns is far below; longer ones are none of ours.
_MAX_CURSOR: Final = 2000
Row = TypeVar("Row", bound=Model)
# Any: the types of a field's values
_Column: TypeAlias = "Field[Any, Any]"


@dataclass(frozen=True, slots=True)
class KeyPage(Generic[Row]):
    """A part of a table. `next_query` and `previous_query`: the query strings of its neighbours, "" for none."""

    rows: Sequence[Row]
    next_query: str = ""
    previous_query: str = ""


def read_key_page(
    found: "QuerySet[Row]",
    order: Sequence[str],
    query: QueryDict,
    *,
    table: str = "",
    rows: int = ROWS,
) -> KeyPage[Row]:
    """Return the part of `found` that `query` asks for with `after` or `before`, the first one otherwise.

    `order`: columns whose values together are unique and not null, such as ("-created_at", "-id"); all of them
    ascending, or all descending. `table`: on a page with several tables the name of this one, by which it alone is
    asked for: `positions-after`. One statement. Raises `ValidationError` for what is no key.
    """
    after, before = (f"{table}-{name}" if table else name for name in ("after", "before"))
    is_backwards = before in query
    key = query.get(before) or query.get(after) or ""
    columns = [name.removeprefix("-") for name in order]
    is_ascending = order[0].startswith("-") == is_backwards
    if key:
        fields = [_column_of(found.model, name) for name in columns]
        found = found.filter(_beyond(columns, _read_key(key, fields), is_ascending=is_ascending))
    sign = "" if is_ascending else "-"
    some = list(found.order_by(*(f"{sign}{name}" for name in columns))[: rows + 1])
    has_more, some = len(some) > rows, some[:rows]
    if is_backwards:
        some.reverse()
    has_next = bool(some) and (has_more or is_backwards)
    has_previous = bool(some) and (has_more if is_backwards else bool(key))
    others = query.copy()
    for name in (after, before):
        others.pop(name, None)
    return KeyPage(
        some,
        _add_key(others, after, _write_key(some[-1], columns)) if has_next else "",
        _add_key(others, before, _write_key(some[0], columns)) if has_previous else "",
    )


def _beyond(columns: Sequence[str], values: Sequence[object], *, is_ascending: bool) -> Q:
    """Return the condition for rows behind a key: `(a, b) > (1, 2)`, which Django can't write."""
    comparison = "gt" if is_ascending else "lt"
    condition, equal = Q(), Q()
    for column, value in zip(columns, values, strict=True):
        condition |= equal & Q(**{f"{column}__{comparison}": value})
        equal &= Q(**{column: value})
    return condition


def _write_key(row: Model, columns: Sequence[str]) -> str:
    # Any: a column's value
    values: list[Any] = [getattr(row, name) for name in columns]
    text = json.dumps([value if isinstance(value, int) else _text_of(value) for value in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _text_of(value: object) -> str:
    return f"t:{value.isoformat()}" if isinstance(value, datetime) else f"s:{value}"


def _column_of(model: type[Model], name: str) -> _Column:
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    return field


def _read_key(key: str, fields: Sequence[_Column]) -> list[object]:
    try:
        if len(key) > _MAX_CURSOR:
            raise ValueError
        # Unlike the standard library's reader, this one refuses deep nesting with a `ValueError`.
        values = orjson.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        if not isinstance(values, list):
            raise ValueError
        pairs = zip(fields, values, strict=True)
        return [_read_value(field, value) for field, value in pairs]
    except ValueError:
        raise ValidationError("This is no key of a table") from None


def _read_value(field: _Column, value: object) -> object:
    """Return the value of a column; raise `ValueError` or `ValidationError` for one of another kind than its own."""
    if isinstance(field, IntegerField):
        if type(value) is not int or abs(value) >= 2**63:
            raise ValueError(value)
        return value
    kind, _, text = str(value).partition(":")
    if isinstance(field, DateTimeField):
        time = parse_datetime(text) if kind == "t" else None
        if time is None or time.tzinfo is None:
            raise ValueError(value)
        return time
    if kind != "s" or "\0" in text:
        raise ValueError(value)
    return field.to_python(text)


def _add_key(query: QueryDict, name: str, key: str) -> str:
    neighbour = query.copy()
    neighbour[name] = key
    return f"?{neighbour.urlencode()}"
