"""Run one statement and read the one row that it gives."""

from typing import Any
from uuid import UUID

from django.db import connection

from core.errors import NotFound
from core.json_text import JsonText

# Any: parameters and columns of a statement, as the driver takes and gives them.
Parameters = dict[str, Any]
Row = tuple[Any, ...]


def one_row(statement: str, parameters: Parameters) -> Row | None:
    """Return the first row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: Row | None = cursor.fetchone()
    return row


def one_json(
    statement: str, parameters: Parameters, *, kind: str, id: UUID | None = None
) -> JsonText:
    """Return the JSON of a statement that gives one value; raise `NotFound` of `kind` where it gives no row."""
    row = one_row(statement, parameters)
    if row is None:
        raise NotFound(kind, id)
    return JsonText(row[0].encode())
