"""Counters of attempts in sliding windows, stored in a table of the active schema.

The tables have the columns `subject` (SHA-256), `failed_at` (the times that still count) and `expires_at`.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from core.errors import RateLimited
from core.sql import Parameters, Row

_COUNT: Final = """
    INSERT INTO {table} AS l (subject, failed_at, expires_at)
    VALUES (%(subject)s, ARRAY[clock_timestamp()], clock_timestamp() + %(window)s::interval)
    ON CONFLICT (subject) DO UPDATE
       SET failed_at = array(SELECT t FROM unnest(l.failed_at) t
                              WHERE t > clock_timestamp() - %(window)s::interval ORDER BY t)
                       || clock_timestamp(),
           expires_at = clock_timestamp() + %(window)s::interval
     WHERE (SELECT count(*) FROM unnest(l.failed_at) t
             WHERE t > clock_timestamp() - %(window)s::interval) < %(limit)s::integer
    RETURNING failed_at[cardinality(failed_at)]
"""
_TIME_TO_WAIT: Final = """
    SELECT min(t) + %(window)s::interval - clock_timestamp()
      FROM {table} l, unnest(l.failed_at) t
     WHERE l.subject = %(subject)s AND t > clock_timestamp() - %(window)s::interval
"""
_UNCOUNT: Final = """
    UPDATE {table} SET failed_at = array_remove(failed_at, %(counted_at)s)
     WHERE subject = %(subject)s
"""
_UNCOUNT_AND_REMEMBER: Final = """
    WITH uncounted AS (
        UPDATE {table} SET failed_at = array_remove(failed_at, %(counted_at)s)
         WHERE subject = %(counted)s)
    INSERT INTO {table} (subject, failed_at, expires_at)
    VALUES (%(remembered)s, ARRAY[clock_timestamp()], clock_timestamp() + %(life)s::interval)
    ON CONFLICT (subject) DO UPDATE
       SET failed_at = excluded.failed_at, expires_at = excluded.expires_at
"""
_IS_REMEMBERED: Final = (
    "SELECT EXISTS (SELECT FROM {table} WHERE subject = %s AND expires_at > clock_timestamp())"
)
_RESET: Final = "DELETE FROM {table} WHERE subject = %(subject)s"
# Each failure deletes a few expired rows, so that the table needs no periodic job.
_SWEEP: Final = """
    DELETE FROM {table} WHERE subject IN
        (SELECT subject FROM {table} WHERE expires_at < clock_timestamp()
          LIMIT 10 FOR UPDATE SKIP LOCKED)
"""


class AttemptCounters:
    """The counters in one table. Call it outside of a transaction, whose rollback would undo the counts."""

    def __init__(self, table: str) -> None:
        self._table = table

    def count(self, subject: bytes, *, limit: int, window: timedelta) -> datetime:
        """Count one attempt of `subject` and return its time; raise `RateLimited` where `limit` is reached."""
        facts: Parameters = {"subject": subject, "limit": limit, "window": window}
        with connection.cursor() as cursor:
            cursor.execute(self._of_table(_COUNT), facts)
            row: Row | None = cursor.fetchone()
            if row is not None:
                counted_at: datetime = row[0]
                return counted_at
            cursor.execute(self._of_table(_TIME_TO_WAIT), facts)
            raise RateLimited(retry_after=cursor.fetchone()[0] or timedelta(seconds=1))

    def uncount_and_remember(
        self, counted: bytes, *, counted_at: datetime, remembered: bytes, life: timedelta
    ) -> None:
        """Take back one attempt of `counted`, and remember the subject `remembered` for `life`."""
        facts: Parameters = {
            "counted": counted,
            "counted_at": counted_at,
            "remembered": remembered,
            "life": life,
        }
        self._execute(_UNCOUNT_AND_REMEMBER, facts)

    def uncount(self, subject: bytes, counted_at: datetime) -> None:
        """Take back one attempt of `subject`."""
        self._execute(_UNCOUNT, {"subject": subject, "counted_at": counted_at})

    def is_remembered(self, subject: bytes) -> bool:
        """Return whether `uncount_and_remember` has remembered the subject and its time is not over."""
        with connection.cursor() as cursor:
            cursor.execute(self._of_table(_IS_REMEMBERED), [subject])
            return bool(cursor.fetchone()[0])

    def reset(self, subject: bytes) -> None:
        """Take back all attempts of `subject`."""
        self._execute(_RESET, {"subject": subject})

    def sweep(self) -> None:
        """Delete a few expired counters."""
        self._execute(_SWEEP, {})

    def _execute(self, statement: str, parameters: Parameters) -> None:
        with connection.cursor() as cursor:
            cursor.execute(self._of_table(statement), parameters)

    def _of_table(self, statement: str) -> str:
        return statement.format(table=self._table)
