"""The SQL that brings a schema from one state to the newest, recorded once for all schemas of that state."""

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

# Django runs each migration in a transaction of its own; in one transaction for all, what a migration left to be
# checked at its end has to be checked before the next one may change the table.
SETTLE = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
_PLAIN = frozenset(getattr(plain_operations, name) for name in plain_operations.__all__)


@dataclass(frozen=True, slots=True)
class Script:
    """What a schema of one state lacks.

    `message`: the SQL of its missing migrations and their rows in `django_migrations`, for the schema that the search
    path names; None where they can't be replayed and Django has to run them on every schema itself.
    """

    missing: tuple[Node, ...]
    message: str | None


def record_script(connection: DatabaseWrapper, schema: str) -> Script:
    """Bring `schema` to the newest state through Django; return what would do the same to its equals."""
    with connection.schema_search_path(schema):
        before = applied_migrations(connection, schema)
        statements: list[str] = []
        executor = MigrationExecutor(connection, progress_callback=_between(statements))
        leaves = tenant_leaves(executor.loader)
        plan = executor.migration_plan(leaves)
        with _recorded(connection, statements):
            executor.migrate(leaves, plan)
        after = applied_migrations(connection, schema)
        rows = tuple(node for node in after if node not in before)
        if not all(can_be_replayed(migration) for migration, _ in plan):
            return Script(rows, None)
        return Script(rows, "\n;\n".join([*statements, *_history(connection, rows)]))


def applied_migrations(connection: DatabaseWrapper, schema: str) -> tuple[Node, ...]:
    """Return the migrations that a schema has, in the order in which it got them."""
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
    # Of an operation that isn't Django's own nobody knows what it looks at.
    return type(operation) in _PLAIN


def _between(statements: list[str]) -> Any:  # Any: the signature of Django's callback
    def settle(action: str, *_: object) -> None:
        if action == "apply_start" and statements:
            statements.append(SETTLE)

    return settle


@contextmanager
def _recorded(connection: DatabaseWrapper, statements: list[str]) -> Iterator[None]:
    """Add to `statements`, as it is sent, all that the schema editors of `connection` execute."""

    class RecordingEditor(connection.SchemaEditorClass):  # type: ignore[name-defined]  # Django's classes are Any
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


def _history(connection: DatabaseWrapper, rows: Sequence[Node]) -> Iterator[str]:
    for row in rows:
        yield connection.ops.compose_sql(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", row
        )
