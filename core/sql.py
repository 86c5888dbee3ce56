"""The pieces that the statements of this domain share: PostgreSQL writes the JSON, in the shapes of the JobHax API."""

from typing import Any

from django.db import connection

from core.json_text import JsonText

Parameters = dict[str, Any]  # Any: whatever the driver can bind
Row = tuple[Any, ...]  # Any: as the driver read it


def json_list(rows: str) -> str:
    """Return SQL for the JSON list of the rows of a query, as objects with its columns' names, in its order.

    An aggregate reads a sub-query's rows as they come, so the order is the one of `rows`.
    """
    listed = "'[' || coalesce(string_agg(row_to_json(row)::text, ','), '') || ']'"
    return f"(SELECT {listed} FROM ({rows}) row)"  # noqa: S608 - `rows` is a constant of this domain


def json_date(column: str) -> str:
    """Return SQL for `2019-02-10T10:38:36.202351Z`, or `2019-01-23T14:18:12Z` where there are no microseconds."""
    text = f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
    return f"(replace({text}, '.000000', '') || 'Z')"


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
