"""Deleting rows that are no longer needed, a limited number at a time."""

from typing import Final

from django.db import connection

BATCH: Final = 1000
# A run deletes at most this many batches, each in its own transaction; the next run deletes the rest.
BATCHES: Final = 50


def delete_rows(table: str, *, where: str) -> int:
    """Delete the rows of `table` for which `where` holds; return their number. Call it outside of a transaction.

    Rows that another transaction has locked are left to the next run. Both texts are constants of the caller.
    """
    statement = f"""
        DELETE FROM {table} WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM {table} WHERE {where} LIMIT {BATCH} FOR UPDATE SKIP LOCKED))
    """  # noqa: S608 - put together from constants
    deleted = 0
    with connection.cursor() as cursor:
        for _ in range(BATCHES):
            cursor.execute(statement)
            deleted += cursor.rowcount
            if cursor.rowcount < BATCH:
                break
    return deleted
