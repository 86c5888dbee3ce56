"""The database wrapper: before any statement, the connection stands where the code's scope says.

Three things can be right, and nothing else ever is:

* inside `tenant_scope`: the search path is the tenant's schema alone, the role is the tenant's;
* inside `schema_search_path` (owner only, for migrations): that schema, the owner's own role;
* otherwise: the schema `public`, the log-in's own role, which may read only what belongs to all.
"""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db.backends.postgresql.introspection import DatabaseIntrospection
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantsDatabaseWrapper
from psycopg import sql
from psycopg.pq import TransactionStatus

from tenants.context import active_tenant, public_scope, tenant_scope
from tenants.database.guard import Execute, refuse_session_changes

Standing = tuple[str, str | None]
_IDLE_POLL = select.POLLIN | select.POLLHUP | select.POLLERR


class DatabaseWrapper(TenantsDatabaseWrapper):
    """One connection of one thread, that knows the search path and role it last set."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: Django's own signature
        self._standing: Standing | None = None
        self._reported_path: bytes | None = None
        self._owner_schema: str | None = None
        super().__init__(*args, **kwargs)
        # The library's own sets the search path itself; here it already names one schema alone.
        self.introspection = DatabaseIntrospection(self)
        self.execute_wrappers.append(self._execute_where_it_belongs)
        if not self.is_owner:
            self.execute_wrappers.append(refuse_session_changes)

    @property
    def is_owner(self) -> bool:
        """Whether this is the log-in that owns the schemas and may change them."""
        owner = settings.OWNER_DATABASE
        return owner is not None and self.settings_dict["USER"] == owner["USER"]

    @property
    def schema_name(self) -> str:
        """The schema that unqualified names belong to; the routers and executors of Django ask for it."""
        return self._wanted()[0]

    @schema_name.setter
    def schema_name(self, name: str | None) -> None:
        # The library assigns here; the scope alone decides, so what it assigns has no effect.
        return

    @contextmanager
    def schema_search_path(self, schema: str) -> Iterator[None]:
        """Work in `schema` as its owner; for migrations and onboarding."""
        if not self.is_owner:
            raise PermissionError(
                "Only the owner's log-in works in a schema without its tenant's role."
            )
        before, self._owner_schema = self._owner_schema, schema
        try:
            yield
        finally:
            self._owner_schema = before

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # Any: as in Django
        if settings.EMBEDDED_POSTGRES is not None:
            settings.EMBEDDED_POSTGRES.ensure_running()
        self._standing = None
        return super().get_new_connection(conn_params)

    def is_usable(self) -> bool:
        """Tell whether the idle connection still lives, without a round trip unless there is a doubt.

        An idle connection has nothing to read; what can be read is the end of the connection or a notice.
        """
        poll = select.poll()
        try:
            poll.register(self.connection.pgconn.socket, _IDLE_POLL)
        except Exception:  # noqa: BLE001 - whatever is wrong with the socket, the slow check finds it
            return super().is_usable()
        return not poll.poll(0) or super().is_usable()

    def close(self) -> None:
        self._standing = None
        super().close()

    def rollback(self) -> None:
        self._standing = None
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        try:
            super().savepoint_rollback(sid)
        finally:
            self._standing = None

    def on_commit(self, func: Callable[[], object], robust: bool = False) -> None:
        """Call `func` after the commit in the scope of now, whatever scope the transaction ends in."""
        tenant = active_tenant()

        def call_in_scope() -> None:
            with tenant_scope(tenant) if tenant is not None else public_scope():
                func()

        super().on_commit(call_in_scope, robust=robust)

    def _execute_where_it_belongs(
        self, execute: Execute, statement: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:  # Any: statements and results are the driver's
        # A cursor may be older than the scope: what counts is the scope in which it executes.
        self._handle_search_path()
        return execute(statement, params, many, context)

    def _wanted(self) -> Standing:
        tenant = active_tenant()
        if tenant is not None:
            return tenant.schema_name, tenant.schema_name
        return self._owner_schema or settings.PUBLIC_SCHEMA_NAME, None

    def _handle_search_path(self, cursor: Any = None) -> None:  # Any: as in django-tenants
        """Set search path and role in one message where they differ; raise when that fails.

        `SET` is undone by a rollback, so every rollback forgets what was set. In a transaction that has already
        failed nothing can be set: the rollback that follows needs its cursor, and any other statement is refused.
        Whatever else moves the search path shows: PostgreSQL 18 reports it to the client.
        """
        wanted = self._wanted()
        report = self.connection.pgconn.parameter_status
        if wanted == self._standing and report(b"search_path") == self._reported_path:
            return
        self._standing = None
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        with self.wrap_database_errors:
            self.connection.execute(_standing_statement(*wanted))
        self._standing, self._reported_path = wanted, report(b"search_path")


def _standing_statement(schema: str, role: str | None) -> sql.Composed:
    # Listed explicitly, pg_temp comes last: a temporary table can't take the place of a tenant's.
    return sql.SQL("SET search_path TO {}, pg_temp; SET ROLE {}").format(
        sql.Identifier(schema), sql.Identifier(role) if role else sql.SQL("NONE")
    )


def forget_tenant(connection: Any) -> None:  # Any: a psycopg connection of Django's pool
    """Take role and search path off a connection that goes back to a pool (`OPTIONS["pool"]["reset"]`)."""
    connection.execute("RESET ROLE; RESET search_path")
