"""The SQL that migrates a schema from one state to the newest, recorded once for all schemas in that state."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration, RunPython, SeparateDatabaseAndState
from django.db.migrations import operations as plain_operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from psycopg import sql

from tenants.database.base import DatabaseWrapper
from tenants.provisioning.head import Node, tenant_leaves

# Django runs each migration in a separate transaction. In one transaction for all, the deferred constraints of one
# migration must be checked before the next one may change the table.
SETTLE = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
_PLAIN = frozenset(getattr(plain_operations, name) for name in plain_operations.__all__)


@dataclass(frozen=True, slots=True)
class Script:
    """The migrations that a schema in one state lacks.

    `message`: the SQL of those migrations and of their rows in `django_migrations`, for the schema on the search path;
    None when they can't be replayed and Django's executor must run them on every schema.
    """

    missing: tuple[Node, ...]
    message: str | None


def record_script(connection: DatabaseWrapper, schema: str) -> Script:
    """Migrate `schema` through Django; return the script that does the same to schemas in the same state."""
    with connection.schema_search_path(schema):
        before = applied_migrations(connection, schema)
        statements: list[str] = []
        executor = MigrationExecutor(connection, progress_callback=_settle_between(statements))
        leaves = tenant_leaves(executor.loader)
        plan = executor.migration_plan(leaves)
        with _record_statements(connection, statements):
            executor.migrate(leaves, plan)
        after = applied_migrations(connection, schema)
        rows = tuple(node for node in after if node not in before)
        if not all(can_be_replayed(migration) for migration, _ in plan):
            return Script(rows, None)
        return Script(rows, "\n;\n".join([*statements, *_history_statements(connection, rows)]))


def applied_migrations(connection: DatabaseWrapper, schema: str) -> tuple[Node, ...]:
    """Return the migrations that were applied to a schema, in that order."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT app, name FROM {}.django_migrations ORDER BY id").format(
                sql.Identifier(schema)
            )
        )
        return tuple(cursor.fetchall())


def can_be_replayed(migration: Migration) -> bool:
    """Tell whether the SQL that a migration sends is the same for every schema, and may run in a transaction."""
    return bool(migration.atomic) and all(
        _is_plain(operation) for operation in migration.operations
    )


def _is_plain(operation: Operation) -> bool:
    if isinstance(operation, SeparateDatabaseAndState):
        return all(_is_plain(inner) for inner in operation.database_operations)
    if isinstance(operation, RunPython):
        return operation.code is RunPython.noop
    # An operation of another library may depend on the rows of the schema.
    return type(operation) in _PLAIN


def _settle_between(statements: list[str]) -> Any:  # Any: the signature of Django's callback
    def settle(action: str, *_: object) -> None:
        if action == "apply_start" and statements:
            statements.append(SETTLE)

    return settle


@contextmanager
def _record_statements(connection: DatabaseWrapper, statements: list[str]) -> Iterator[None]:
    """Append every statement that the schema editors of `connection` execute to `statements`."""

    class RecordingEditor(connection.SchemaEditorClass):  # type: ignore[name-defined, misc]  # Django's classes are Any
        def execute(
            self, statement: Any, params: Sequence[Any] | None = ()
        ) -> None:  # Any: as in Django
            text = str(statement)
            statements.append(text if params is None else connection.ops.compose_sql(text, params))
            super().execute(statement, params)

    plain: type[BaseDatabaseSchemaEditor] = connection.SchemaEditorClass
    connection.SchemaEditorClass = RecordingEditor
    try:
        yield
    finally:
        connection.SchemaEditorClass = plain


def _history_statements(connection: DatabaseWrapper, rows: Sequence[Node]) -> Iterator[str]:
    for row in rows:
        yield connection.ops.compose_sql(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", row
        )
