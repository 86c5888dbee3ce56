"""The database wrapper: before any statement it sets the connection's search path and role from the active scope.

Only three states are possible:

* inside `tenant_scope`: the search path is the tenant's schema, the role is the tenant's;
* inside `schema_search_path` (owner only, for migrations): that schema, the owner role;
* otherwise: the schema `public`, the role of the connection, which may read only what all tenants share.
"""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, perf_counter
from typing import Any

from django.conf import settings
from django.db.backends.postgresql.introspection import DatabaseIntrospection
from django.db.backends.postgresql.psycopg_any import register_tzloader
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantsDatabaseWrapper
from psycopg import Cursor, sql
from psycopg.postgres import types
from psycopg.pq import Format, TransactionStatus

from core.trace import note_database_time
from tenants.context import active_tenant, public_scope, tenant_scope
from tenants.database.application_name import application_name
from tenants.database.cursors import (
    ApplicationCursor,
    ApplicationServerCursor,
    ExtendedCursor,
    OwnerCursor,
    OwnerServerCursor,
)
from tenants.database.guard import checked_statement
from tenants.database.suitability import require_suitable_server
from tenants.database.thread_end import close_with_thread

SessionState = tuple[str, str | None]
_IDLE_POLL = select.POLLIN | select.POLLHUP | select.POLLERR


class DatabaseWrapper(TenantsDatabaseWrapper):  # type: ignore[misc]  # the library is untyped
    """The connection of one thread; it remembers the search path and role that it last set."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: Django's own signature
        self._session_state: SessionState | None = None
        self._reported_path: bytes | None = None
        self._owner_schema: str | None = None
        super().__init__(*args, **kwargs)
        # The library's introspection sets the search path itself; this wrapper has already done that.
        self.introspection = DatabaseIntrospection(self)

    @property
    def is_owner(self) -> bool:
        """Whether this connection's role owns the schemas and may change them."""
        owner = settings.OWNER_DATABASE
        return owner is not None and bool(self.settings_dict["USER"] == owner["USER"])

    @property
    def schema_name(self) -> str:
        """The schema of unqualified names; Django's routers and migration executor read it."""
        return self._wanted()[0]

    @schema_name.setter
    def schema_name(self, name: str | None) -> None:
        # The library assigns here without effect: only the scope decides.
        return

    @contextmanager
    def schema_search_path(self, schema: str) -> Iterator[None]:
        """Work in `schema` as its owner; for migrations and `provisioning`."""
        if not self.is_owner:
            raise PermissionError(
                "Only the owner role may work in a schema without its tenant's role."
            )
        before, self._owner_schema = self._owner_schema, schema
        try:
            yield
        finally:
            self._owner_schema = before

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # Any: as in Django
        if settings.EMBEDDED_POSTGRES is not None:
            settings.EMBEDDED_POSTGRES.ensure_running()
        self._session_state = None
        if not self.is_owner:
            conn_params = {**conn_params, "cursor_factory": ExtendedCursor}
        connection = super().get_new_connection(conn_params)
        try:
            require_suitable_server(connection, conn_params)
        except BaseException:
            connection.close()
            raise
        close_with_thread(connection)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:  # Any: as in Django
        """Return a psycopg cursor that asks this wrapper before each of its statements."""
        connection, owner = self.connection, self.is_owner
        cursor: Any  # Any: as in Django
        if name:
            named = OwnerServerCursor if owner else ApplicationServerCursor
            # Outside of a transaction only a cursor "with hold" outlives its statement.
            cursor = named(connection, name, scrollable=False, withhold=connection.autocommit)
        else:
            cursor = OwnerCursor(connection) if owner else ApplicationCursor(connection)
        cursor.wrapper = self
        loader = connection.adapters.get_loader(types["timestamptz"].oid, Format.TEXT)
        if self.timezone != loader.timezone:
            register_tzloader(self.timezone, cursor)
        return cursor

    def is_usable(self) -> bool:
        """Return whether the idle connection is still open, without a round trip in most cases.

        An idle connection has nothing to read, except its end or a notice; then the slow check decides.
        """
        poll = select.poll()
        try:
            poll.register(self.connection.pgconn.socket, _IDLE_POLL)
        except Exception:  # noqa: BLE001 - the slow check reports what is wrong with the socket
            return bool(super().is_usable())
        return not poll.poll(0) or bool(super().is_usable())

    def close_if_unusable_or_obsolete(self) -> None:
        """Close the connection if it is broken or too old, as Django does; most are neither, which costs little."""
        if self.connection is None:
            return
        if (
            self.autocommit is self.settings_dict["AUTOCOMMIT"]
            and not self.errors_occurred
            and (self.close_at is None or monotonic() < self.close_at)
        ):
            self.health_check_done = False
            return
        super().close_if_unusable_or_obsolete()

    def close(self) -> None:
        self._session_state = None
        super().close()

    def rollback(self) -> None:
        self._session_state = None
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        try:
            super().savepoint_rollback(sid)
        finally:
            self._session_state = None

    def _commit(self) -> None:
        started = perf_counter()
        try:
            super()._commit()
        finally:
            note_database_time(perf_counter() - started)

    def connect(self) -> None:
        """Connect; the time counts as the database's."""
        started = perf_counter()
        try:
            super().connect()
        finally:
            note_database_time(perf_counter() - started)

    def on_commit(self, func: Callable[[], object], robust: bool = False) -> None:
        """Call `func` after the commit, in the scope that is active now, whatever scope the transaction ends in."""
        tenant = active_tenant()

        def call_in_scope() -> None:
            with tenant_scope(tenant) if tenant is not None else public_scope():
                func()

        super().on_commit(call_in_scope, robust=robust)

    def begin_statement(self, statement: Any) -> Any:  # Any: what psycopg takes for a query
        """Set search path and role; return the statement, or raise `SessionChangeRefused`.

        A cursor may be older than the scope: the scope in which it executes decides.
        """
        self._handle_search_path()
        return statement if self.is_owner else checked_statement(statement)

    def end_statement(self, statement: Any) -> None:  # Any: as above
        """Note what the application's statement has undone: a rollback to a savepoint undoes `SET`."""
        if isinstance(statement, str) and statement.startswith("ROLLBACK"):
            self._session_state = None

    def _wanted(self) -> SessionState:
        tenant = active_tenant()
        if tenant is not None:
            return tenant.schema_name, tenant.schema_name
        return self._owner_schema or settings.PUBLIC_SCHEMA_NAME, None

    def _handle_search_path(self, cursor: Any = None) -> None:  # Any: as in django-tenants
        """Set search path and role in one message if they differ; raise when that fails.

        A rollback undoes `SET`, so every rollback forgets the remembered state. In a failed transaction nothing can be
        set: the rollback that follows needs its cursor, and PostgreSQL rejects every other statement. PostgreSQL 18
        reports each change of the search path to the client, so that changes by other code are noticed.
        """
        # A closed connection can't even report: that too has to be an error that Django knows.
        with self.wrap_database_errors:
            self._set_session_state(self._wanted())

    def _set_session_state(self, wanted: SessionState) -> None:
        report = self.connection.pgconn.parameter_status
        if wanted == self._session_state and report(b"search_path") == self._reported_path:
            return
        self._session_state = None
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        # Not the connection's own cursor: the message holds several statements.
        Cursor(self.connection).execute(_session_statement(*wanted, application_name()))
        self._session_state, self._reported_path = wanted, report(b"search_path")


def _session_statement(schema: str, role: str | None, name: str) -> sql.Composed:
    # pg_temp is named last, so that a temporary table can't hide a tenant's table.
    return sql.SQL(
        "SET search_path TO {}, pg_temp; SET ROLE {}; SET application_name TO {}"
    ).format(
        sql.Identifier(schema),
        sql.Identifier(role) if role else sql.SQL("NONE"),
        sql.Literal(name),
    )
