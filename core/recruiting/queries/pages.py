"""Lists in pages: what is common to all of them.

A page is one statement: `picked` finds the ids of one row more than asked for (is there a next page?), and only for
those the documents are made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.cursors import SortKey, read_cursor, write_cursor
from core.json_text import JsonText
from core.recruiting.queries.rows import Parameters, Row


@dataclass(frozen=True, slots=True)
class PageOfJson:
    """A JSON list and the cursor of the next page, None on the last one."""

    data: JsonText
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """By which time a list is ordered. `name` is part of its cursors: one of another order is refused."""

    column: str
    descending: bool

    @property
    def comes_later(self) -> str:
        """Return the operator that compares a row with the one a page ended with."""
        return "<" if self.descending else ">"

    def by(self, row: str) -> str:
        """Return the ORDER BY of rows called `row`."""
        direction = "DESC" if self.descending else "ASC"
        return f"{row}.{self.column} {direction}, {row}.id {direction}"


NEWEST_FIRST: Final = Order("created_at", descending=True)
# For clients that sync: what changes while they read moves to the end of the list, so that they meet it (again).
EARLIEST_CHANGE_FIRST: Final = Order("updated_at", descending=False)
LATEST_MOVE_FIRST: Final = Order("moved_at", descending=True)


def document_list(document: str, *, order: Order, row: str) -> str:
    """Return the expression for a JSON list of `document`, one for each `row`."""
    return f"concat('[', string_agg({document}, ',' ORDER BY {order.by(row)}), ']')"


def page_columns(document: str, *, order: Order) -> str:
    """Return what a page selects from its `picked` rows (with `nth`): the list, how many, and the last one's place."""
    last = "FILTER (WHERE picked.nth = %(limit)s)"
    return f"""
        concat('[', string_agg({document}, ',' ORDER BY picked.nth) FILTER (WHERE picked.nth <= %(limit)s), ']')
            AS list,
        count(*) AS found, max(picked.{order.column}) {last} AS last_at, (array_agg(picked.id) {last})[1] AS last_id"""


def behind_cursor(cursor: str | None, *, of: str, order: Order, row: str) -> tuple[str, Parameters]:
    """Return the condition that lets only rows behind the cursor pass, and its parameters."""
    if cursor is None:
        return "true", {}
    place = read_cursor(cursor, of=_name(of, order))
    condition = (
        f"({row}.{order.column}, {row}.id) {order.comes_later} (%(cursor_at)s, %(cursor_id)s)"
    )
    return condition, {"cursor_at": place.at, "cursor_id": place.id}


def read_page(columns: Row, *, of: str, order: Order, limit: int) -> PageOfJson:
    """Return the page that `page_columns` selected."""
    text, found, last_at, last_id = columns
    next_cursor = (
        write_cursor(SortKey(last_at, last_id), of=_name(of, order)) if found > limit else None
    )
    return PageOfJson(JsonText(text.encode()), next_cursor)


def _name(of: str, order: Order) -> str:
    return f"{of}:{order.column}"


def all_of(conditions: Mapping[str, object]) -> tuple[str, Parameters]:
    """Return the conditions whose value isn't None, joined by AND, and the values under their names.

    A condition names its one parameter: `p.status = %(status)s`.
    """
    asked = {condition: value for condition, value in conditions.items() if value is not None}
    names = [condition.partition("%(")[2].partition(")")[0] for condition in asked]
    return " AND ".join(asked) or "true", dict(zip(names, asked.values(), strict=True))
