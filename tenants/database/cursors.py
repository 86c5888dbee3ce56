"""The cursors of the wrapper: each statement runs in the scope of its moment, and alone.

The scope and the guard are checked here and not in Django's execute wrappers, which see neither `callproc`, `copy` nor
`stream`.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import psycopg
from django.db.backends.postgresql.base import CursorMixin
from psycopg._queries import PostgresQuery

if TYPE_CHECKING:
    from tenants.database.base import DatabaseWrapper


class ExtendedCursor(psycopg.Cursor[Any]):
    """Sends statements without parameters by the extended protocol too, which carries one statement only.

    psycopg would send them by the simple protocol, where one message may hold several.
    """

    def _execute_send(
        self, query: PostgresQuery, *, force_extended: bool = True, binary: bool | None = None
    ) -> None:
        super()._execute_send(query, force_extended=True, binary=binary)


class _InScope(CursorMixin):
    """Asks the wrapper before each statement; every public method that sends one is here."""

    wrapper: "DatabaseWrapper"

    # Any: psycopg's own signatures
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        query = self.wrapper.begin_statement(query)
        try:
            return super().execute(query, params, **options)
        finally:
            self.wrapper.end_statement(query)

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        super().executemany(self.wrapper.begin_statement(query), params_seq, **options)

    def copy(self, statement: Any, params: Any = None, **options: Any) -> Any:
        return super().copy(self.wrapper.begin_statement(statement), params, **options)

    def stream(self, query: Any, params: Any = None, **options: Any) -> Iterator[Any]:
        return super().stream(self.wrapper.begin_statement(query), params, **options)


class OwnerCursor(_InScope, psycopg.Cursor[Any]):
    """A cursor of the owner, whose batches hold many statements."""


class OwnerServerCursor(_InScope, psycopg.ServerCursor[Any]):
    """A named cursor of the owner."""


class ApplicationCursor(_InScope, ExtendedCursor):
    """A cursor of the application's log-in."""


class ApplicationServerCursor(_InScope, psycopg.ServerCursor[Any]):
    """A named cursor of the application's log-in: `DECLARE` goes by the extended protocol in psycopg itself."""
