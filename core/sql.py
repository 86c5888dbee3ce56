"""Statements whose JSON PostgreSQL writes: running them, and the SQL that the domains have in common.

An answer without a limit is read in one of two ways. The first statement gives it as one value where it is small; for a
large one it gives null, and a second statement brings it through a server-side cursor, in one snapshot, into a
`JsonSpool`. So a process never holds a large answer in memory, and a small one takes one statement.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

from core.errors import NotFound
from core.json_spool import JsonSpool
from core.json_text import JsonText

# A small answer has at most so many items and bytes.
SMALL_ITEMS: Final = 500
SMALL_BYTES: Final = 1024 * 1024
# What a fetch from a server-side cursor should bring, and the pieces of a value that is no list.
_FETCH_BYTES: Final = 512 * 1024
_FETCH_ROWS: Final = 1000

Json = JsonText | JsonSpool
Parameters = dict[str, Any]  # Any: whatever the driver can bind
Row = tuple[Any, ...]  # Any: as the driver read it


def json_list(rows: str) -> str:
    """Return SQL for the JSON list of the rows of a query, as objects with its columns' names, in its order.

    An aggregate reads the rows of a sub-query in their order, so the list has the order of `rows`.
    """
    listed = "'[' || coalesce(string_agg(row_to_json(row)::text, ','), '') || ']'"
    return f"(SELECT {listed} FROM ({rows}) row)"  # noqa: S608 - `rows` is a constant of the domain


@dataclass(frozen=True, slots=True, kw_only=True)
class ListStatement:
    """A list of JSON objects without a limit, as SQL.

    `rows`: an ordered query, whose rows are called `row` in `item`, an expression of one object's JSON text, and in
    `joins`. `order`: the ORDER BY of rows with `joins`. `owner`: what `rows` refers to from outside: a FROM item for
    which `condition` holds gives the list, none gives no list. `ctes`: a WITH clause before all of it.
    """

    rows: str
    row: str
    item: str
    joins: str = ""
    order: str = ""
    ctes: str = ""
    owner: str = "(SELECT) owner"
    condition: str = "true"

    def select_small(self) -> str:
        """Return the statement of one row: the list, or null where it is large; no row without an owner."""
        return f"""
            {self.ctes} SELECT listed.list FROM {self.owner} CROSS JOIN LATERAL (
                SELECT CASE WHEN count(*) <= {SMALL_ITEMS}
                             AND coalesce(sum(octet_length(item)), 0) <= {SMALL_BYTES}
                            THEN concat('[', string_agg(item, ','), ']') END AS list
                  FROM ({self._select_items(f"LIMIT {SMALL_ITEMS} + 1")}) items (item)) listed
             WHERE {self.condition}"""  # noqa: S608 - constants of the domains

    def select_items(self) -> str:
        """Return the statement of one row for each item."""
        return f"""
            {self.ctes} SELECT items.item FROM {self.owner}
                CROSS JOIN LATERAL ({self._select_items()}) items (item) WHERE {self.condition}"""  # noqa: S608 - as above

    def _select_items(self, limit: str = "") -> str:
        # The limit comes before the joins, so that a large list isn't joined for nothing.
        order = f"ORDER BY {self.order}" if self.order else ""
        return f"SELECT {self.item} FROM ({self.rows} {limit}) {self.row} {self.joins} {order}"  # noqa: S608 - as above


def json_rows(rows: str, **parts: str) -> ListStatement:
    """Return the list of the rows of a query, as objects with its columns' names, in its order."""
    return ListStatement(rows=rows, row="row", item="row_to_json(row)::text", **parts)


def fetch_list(statement: ListStatement, parameters: Parameters) -> Json | None:
    """Return the list; None where `owner` has no row."""
    row = fetch_row(statement.select_small(), parameters)
    if row is None:
        return None
    if row[0] is not None:
        return JsonText(row[0].encode())
    return _spool(statement.select_items(), parameters, is_list=True)[0]


def fetch_payload(statement: str, parameters: Parameters) -> Json | None:
    """Return the value of a statement whose only value is JSON text; None where it gives no row."""
    row = fetch_payload_row(statement, parameters, columns=("value",))
    return row[0] if row is not None else None


def fetch_payload_row(
    statement: str, parameters: Parameters, *, columns: tuple[str, ...]
) -> tuple[Json, *tuple[Any, ...]] | None:  # Any: as the driver read it
    """Return the first row of a statement whose first column is JSON text, never null; None where it gives no row.

    `columns`: the names of all columns.
    """
    payload = f"({statement}) payload ({', '.join(columns)})"
    value, *others = columns
    fits = f"CASE WHEN octet_length({value}) <= {SMALL_BYTES} THEN {value} END"
    row = fetch_row(f"SELECT {', '.join([fits, *others])} FROM {payload}", parameters)  # noqa: S608 - constants
    if row is None:
        return None
    if row[0] is not None:
        return JsonText(row[0].encode()), *row[1:]
    # As bytes: PostgreSQL would count the characters of a text from its start for each piece.
    pieces = f"""
        WITH octets AS MATERIALIZED (
            SELECT {", ".join([f"convert_to({value}, 'UTF8') AS {value}", *others])}
              FROM {payload})
        SELECT {", ".join([f"substring({value} FROM start FOR {_FETCH_BYTES})", *others])}
          FROM octets, generate_series(1, length({value}), {_FETCH_BYTES}) start ORDER BY start"""  # noqa: S608 - as above
    # The other columns belong to the value that was read, which may differ from the one that was too large.
    return _spool(pieces, parameters, is_list=False)


def _spool(
    statement: str, parameters: Parameters, *, is_list: bool
) -> tuple[JsonSpool, *tuple[Any, ...]]:  # Any: as the driver read it
    """Return the first columns of all rows as one spool, and the other columns of the last row."""
    spool, row = JsonSpool(is_list=is_list), Row()
    try:
        for row in iterate_rows(statement, parameters):
            piece = row[0]
            spool.append(piece.encode() if isinstance(piece, str) else bytes(piece))
    except BaseException:
        spool.close()
        raise
    if not connection.in_atomic_block:
        # Sending takes as long as the client likes. Meanwhile another process may need the connection.
        connection.close()
    return spool, *row[1:]


def iterate_rows(statement: str, parameters: Parameters) -> Iterator[Row]:
    """Yield the rows through a server-side cursor: one snapshot, about `_FETCH_BYTES` of first columns at once."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        wanted = 1
        while rows := cursor.fetchmany(wanted):
            yield from rows
            largest = max(len(row[0]) for row in rows)
            wanted = max(1, min(2 * wanted, _FETCH_ROWS, _FETCH_BYTES // max(1, largest)))


def fetch_row(statement: str, parameters: Parameters) -> Row | None:
    """Run one statement; return its first row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: Row | None = cursor.fetchone()
    return row


def fetch_json(statement: str, parameters: Parameters) -> JsonText | None:
    """Run one statement whose only value is JSON; return it, or None where it gives no row or NULL."""
    row = fetch_row(statement, parameters)
    return JsonText(row[0].encode()) if row and row[0] is not None else None


def require_json(
    statement: str, parameters: Parameters, *, kind: str, id: UUID | int | None = None
) -> JsonText:
    """Return what `fetch_json` returns; raise `NotFound(kind, id)` where that is None."""
    found = fetch_json(statement, parameters)
    if found is None:
        raise NotFound(kind, id)
    return found


def require_list(
    statement: ListStatement, parameters: Parameters, *, kind: str, id: UUID | int | None = None
) -> Json:
    """Return what `fetch_list` returns; raise `NotFound(kind, id)` where that is None."""
    found = fetch_list(statement, parameters)
    if found is None:
        raise NotFound(kind, id)
    return found
