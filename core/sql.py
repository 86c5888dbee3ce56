"""Statements whose JSON PostgreSQL writes: running them, and the SQL that the domains have in common."""

from typing import Any
from uuid import UUID

from django.db import connection

from core.errors import NotFound
from core.json_text import JsonText

Parameters = dict[str, Any]  # Any: whatever the driver can bind
Row = tuple[Any, ...]  # Any: as the driver read it


def json_list(rows: str) -> str:
    """Return SQL for the JSON list of the rows of a query, as objects with its columns' names, in its order.

    An aggregate reads the rows of a sub-query in their order, so the list has the order of `rows`.
    """
    listed = "'[' || coalesce(string_agg(row_to_json(row)::text, ','), '') || ']'"
    return f"(SELECT {listed} FROM ({rows}) row)"  # noqa: S608 - `rows` is a constant of the domain


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
