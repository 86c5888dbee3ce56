"""What the statements share in which PostgreSQL writes the JSON."""

from typing import Any

from django.db import connection

from core.json_text import JsonText

Parameters = dict[str, Any]  # Any: whatever the driver can bind
Row = tuple[Any, ...]  # Any: as the driver read it


def json_list(rows: str) -> str:
    """Return SQL for the JSON list of the rows of a query, as objects with its columns' names, in its order.

    An aggregate reads a sub-query's rows in their order, so the list has the order of `rows`.
    """
    listed = "'[' || coalesce(string_agg(row_to_json(row)::text, ','), '') || ']'"
    return f"(SELECT {listed} FROM ({rows}) row)"  # noqa: S608 - `rows` is a constant


def fetch_row(statement: str, parameters: Parameters) -> Row | None:
    """Run one statement; return its first row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: Row | None = cursor.fetchone()
    return row


def fetch_json(statement: str, parameters: Parameters) -> JsonText | None:
    """Run one statement whose only value is JSON; return it, or None where it gives no row or NULL."""
    row = fetch_row(statement, parameters)
    return JsonText(row[0].encode()) if row and row[0] is not None else None
