"""Lists in pages: what all of them have in common.

A page is one statement: `picked` finds the ids of one row more than asked for (is there a next page?), and only for
those it writes the payload.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.cursors import SortKey, read_cursor, write_cursor
from core.pages import Page
from core.sql import Parameters, fetch_payload_row


@dataclass(frozen=True, slots=True)
class ListOrder:
    """The time by which a list is ordered. Cursors contain the column, so that a list in another order rejects them."""

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


NEWEST_FIRST: Final = ListOrder("created_at", descending=True)
# For clients that sync: an object that changes while they read moves to the end of the list, where they meet it again.
EARLIEST_CHANGE_FIRST: Final = ListOrder("updated_at", descending=False)
LATEST_MOVE_FIRST: Final = ListOrder("moved_at", descending=True)


def page_columns(payload: str, *, order: ListOrder) -> str:
    """Return what a page selects from rows `picked`, numbered by `nth`: list, number, last time and id."""
    last = "FILTER (WHERE picked.nth = %(limit)s)"
    return f"""
        concat('[', string_agg({payload}, ','
          ORDER BY picked.nth) FILTER (WHERE picked.nth <= %(limit)s), ']')
            AS list,
        count(*) AS found, max(picked.{order.column}) {last} AS last_at,
          (array_agg(picked.id) {last})[1] AS last_id"""


_PAGE_COLUMNS: Final = ("list", "found", "last_at", "last_id")


def after_cursor(
    cursor: str | None, *, of: str, order: ListOrder, row: str
) -> tuple[str, Parameters]:
    """Return the condition that only rows after the cursor meet, and its parameters; raise `Invalid` for the cursor."""
    if cursor is None:
        return "true", {}
    last = read_cursor(cursor, of=_name_list(of, order))
    condition = (
        f"({row}.{order.column}, {row}.id) {order.comes_later} (%(cursor_at)s, %(cursor_id)s)"
    )
    return condition, {"cursor_at": last.at, "cursor_id": last.id}


def cursor_after(last: SortKey, *, of: str, order: ListOrder) -> str:
    """Return the cursor for the rows after one of the list."""
    return write_cursor(last, of=_name_list(of, order))


# Any: the schema of the items, which the route declares.
def fetch_page(
    statement: str, parameters: Parameters, *, of: str, order: ListOrder, limit: int
) -> Page[Any] | None:
    """Return the page whose `page_columns` the statement selects; None where it gives no row."""
    row = fetch_payload_row(statement, parameters, columns=_PAGE_COLUMNS)
    if row is None:
        return None
    payload, found, last_at, last_id = row
    last = SortKey(last_at, last_id)
    next_cursor = cursor_after(last, of=of, order=order) if found > limit else None
    return Page(payload, next_cursor)


def _name_list(of: str, order: ListOrder) -> str:
    return f"{of}:{order.column}"


def conditions(values: Mapping[str, object]) -> tuple[str, Parameters]:
    """Return the conditions whose value isn't None, joined by AND, and the values under their names.

    A condition names its one parameter: `p.status = %(status)s`.
    """
    given = {condition: value for condition, value in values.items() if value is not None}
    names = [condition.partition("%(")[2].partition(")")[0] for condition in given]
    return " AND ".join(given) or "true", dict(zip(names, given.values(), strict=True))
