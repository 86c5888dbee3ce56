"""The cursors of the wrapper: each statement runs in the scope of its moment, and alone.

The scope and the guard are checked here and not in Django's execute wrappers, which see neither `callproc`, `copy` nor
`stream`.
"""

from time import perf_counter
from typing import TYPE_CHECKING, Any

import psycopg
from django.db.backends.postgresql import base as django_postgresql
from psycopg._queries import PostgresQuery

from core.trace import note_database_time

if TYPE_CHECKING:
    from tenants.database.base import DatabaseWrapper


class ExtendedCursor(psycopg.Cursor[Any]):  # Any: rows
    """Sends statements without parameters by the extended protocol too, which carries one statement only.

    psycopg would send them by the simple protocol, where one message may hold several.
    """

    def _execute_send(
        self, query: PostgresQuery, *, force_extended: bool = True, binary: bool | None = None
    ) -> None:
        super()._execute_send(query, force_extended=True, binary=binary)


class _InScope(django_postgresql.CursorMixin):  # type: ignore[name-defined, misc]  # not in the stubs
    """Asks the wrapper before each statement; every public method that sends one is here."""

    wrapper: "DatabaseWrapper"

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:  # Any: as in psycopg
        started = perf_counter()
        query = self.wrapper.begin_statement(query)
        try:
            return super().execute(query, params, **options)
        finally:
            self.wrapper.end_statement(query)
            self._note_time(started)

    def executemany(
        self, query: Any, params_seq: Any, **options: Any
    ) -> None:  # Any: as in psycopg
        started = perf_counter()
        query = self.wrapper.begin_statement(query)
        try:
            super().executemany(query, params_seq, **options)
        finally:
            self._note_time(started)

    def copy(self, statement: Any, params: Any = None, **options: Any) -> Any:  # Any: as in psycopg
        statement = self.wrapper.begin_statement(statement)
        return super().copy(statement, params, **options)

    def stream(self, query: Any, params: Any = None, **options: Any) -> Any:  # Any: as in psycopg
        query = self.wrapper.begin_statement(query)
        return super().stream(query, params, **options)

    def _note_time(self, started: float) -> None:
        pid = self.connection.pgconn.backend_pid
        note_database_time(perf_counter() - started, backend_pid=pid)


class OwnerCursor(_InScope, psycopg.Cursor[Any]):  # Any: rows
    """A cursor of the owner, whose batches hold many statements."""


class OwnerServerCursor(_InScope, psycopg.ServerCursor[Any]):  # Any: rows
    """A named cursor of the owner."""


class ApplicationCursor(_InScope, ExtendedCursor):
    """A cursor of the application's log-in."""


class ApplicationServerCursor(_InScope, psycopg.ServerCursor[Any]):  # Any: rows
    """A named cursor of the application's log-in: `DECLARE` goes by the extended protocol in psycopg itself."""

    def fetchmany(self, size: int = 0) -> Any:  # Any: rows
        """Return the next rows, each time with a message to the server."""
        started = perf_counter()
        try:
            return super().fetchmany(size)
        finally:
            self._note_time(started)
