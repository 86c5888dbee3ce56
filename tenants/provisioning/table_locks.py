"""Locks all tables of a tenant for a change, without ending a request that works with them.

A request may hold one table and wait for another that the change has locked, while the change waits for the first.
PostgreSQL looks for such a deadlock once in each wait, after `deadlock_timeout`, and ends the session that finds it:
the request, where the change began to wait earlier. So the change waits for less than that time, releases what it has
locked, and tries again.
"""

import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import OperationalError
from psycopg import sql
from psycopg.errors import DeadlockDetected, QueryCanceled

from core.errors import Conflict
from tenants.database.base import DatabaseWrapper

Result = TypeVar("Result")
# Each waits for half of `deadlock_timeout`, which is 1 s by default: far longer than a request holds its locks.
_ATTEMPTS: Final = 600
# Meanwhile the requests that waited for the change go on.
_SECONDS_BETWEEN: Final = 0.05
_HALF_OF_DEADLOCK_TIMEOUT: Final = """
    SELECT greatest(setting::int / 2, 1) FROM pg_settings WHERE name = 'deadlock_timeout'
"""
_TABLES: Final = """
    SELECT relname FROM pg_class
     WHERE relnamespace = to_regnamespace(%s) AND relkind IN ('r', 'p') ORDER BY relname
"""


class _TablesInUse(Exception):
    """Other transactions hold the tables."""


def retry_for_locks(change: Callable[[], Result]) -> Result:
    """Call `change`, a transaction that begins with `lock_tables`; repeat it while other transactions hold the tables.

    Raises `Conflict` after five minutes of this.
    """
    for _ in range(_ATTEMPTS):
        try:
            return change()
        except _TablesInUse:
            pass
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
        time.sleep(_SECONDS_BETWEEN)
    raise Conflict(kind="tenant", reason="has transactions that hold its tables for minutes")


def lock_tables(connection: DatabaseWrapper, schema: str) -> None:
    """Lock all tables of a schema until the end of the transaction. Call it inside `retry_for_locks`."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [schema])
        tables = [sql.Identifier(schema, name) for (name,) in cursor.fetchall()]
        if not tables:
            return
        cursor.execute(_HALF_OF_DEADLOCK_TIMEOUT)
        # The limit counts for all locks together: a request may wait for the first while the change waits for others.
        cursor.execute(f"SET LOCAL statement_timeout = {cursor.fetchone()[0]}")
        try:
            cursor.execute(
                sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.SQL(", ").join(tables))
            )
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            raise _TablesInUse from error
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
