"""The SQL that migrates a schema from one state to the newest, recorded once for all schemas in that state."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration, RunPython, SeparateDatabaseAndState
from django.db.migrations import operations as plain_operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from tenants.database.base import DatabaseWrapper
from tenants.schema_head import Node, tenant_leaves

# Django runs each migration in a separate transaction. In one transaction for all, the deferred constraints of one
# migration must be checked before the next one may change the table.
SETTLE = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
_BUILDS_OUTSIDE_TRANSACTIONS = re.compile(
    r"\b(CREATE\s+(?:UNIQUE\s+)?INDEX|DROP\s+INDEX)\s+CONCURRENTLY\b", re.IGNORECASE
)
# Rows of other tables may leave constraints that are checked later.
_MAY_DEFER = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|SELECT|DO|WITH|CALL|COPY)\b", re.IGNORECASE)
_HISTORY = re.compile(
    r'\s*INSERT INTO "django_migrations" (?P<columns>\(.*?\)) VALUES (?P<row>\(.*\))'
    r'(?: RETURNING "django_migrations"."id")?\s*',
    re.DOTALL,
)
_ADDS = re.compile(r'\s*ALTER TABLE (?P<table>"\w+") (?P<action>ADD (?:COLUMN|CONSTRAINT) [^;]*)')
# What Django asks of the catalogs and of its history. Any other `SELECT` may call a function that writes.
_INTROSPECTION = re.compile(
    r"\s*SELECT\b.*"
    r"\b(pg_catalog|pg_class|pg_attribute|pg_constraint|information_schema|django_migrations)\b",
    re.IGNORECASE | re.DOTALL,
)
_PLAIN = frozenset(getattr(plain_operations, name) for name in plain_operations.__all__)


@dataclass(frozen=True, slots=True)
class Script:
    """The migrations that a schema in one state lacks.

    `message`: the SQL of those migrations and of their rows in `django_migrations`, for the schema on the search path;
    None when they can't be replayed and Django's executor must run them on every schema.
    """

    missing: tuple[Node, ...]
    message: str | None


class Recording:
    """Every statement that changes the schema on the search path of `connection`, in the order of execution.

    A migration that runs code is recorded with the statements that it sent. They do the same to an empty schema only,
    so `batch` is for new tenants, and `message` of a `Script` is for migrations that `can_be_replayed`.
    """

    def __init__(self, connection: DatabaseWrapper) -> None:
        self._connection = connection
        self._statements: list[str] = []
        # The statements of schema editors alone.
        self._of_editors: list[str] = []
        self._in_editor = False

    @contextmanager
    def record(self) -> Iterator[None]:
        """Record what is executed until the block ends."""
        plain: type[BaseDatabaseSchemaEditor] = self._connection.SchemaEditorClass
        self._connection.SchemaEditorClass = _recording_editor(plain, self)
        try:
            with self._connection.execute_wrapper(self._add_executed):
                yield
        finally:
            self._connection.SchemaEditorClass = plain

    def settle(self, action: str, *_: object) -> None:
        """Settle deferred constraints before each migration; a progress callback of Django's executor."""
        if action == "apply_start" and self._statements:
            self._add(SETTLE)

    def of_editors(self) -> tuple[str, ...]:
        """Return what schema editors have executed, with the settling in between."""
        return tuple(self._of_editors)

    def batch(self, schema: str) -> str:
        """Return the SQL that makes any empty schema equal to `schema`, which was empty when the recording began."""
        statements = _with_joined_additions(
            _without_idle_settling(_with_history_in_one([*self._statements, SETTLE]))
        )
        return "\n;\n".join([*statements, *_sequence_positions(self._connection, schema)])

    def add_of_editor(self, execute: Callable[[], None], text: str) -> None:
        """Execute a statement of a schema editor, and record it unless it fails."""
        self._in_editor = True
        try:
            execute()
        finally:
            self._in_editor = False
        self._add(text)

    def _add(self, text: str) -> None:
        self._of_editors.append(text)
        self._statements.extend(self._for_transaction(text))

    def _add_executed(
        self, execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: Any
    ) -> Any:  # Any: Django's execute wrapper
        rows = list(params) if many else [params]
        result = execute(statement, rows if many else params, many, context)
        if isinstance(statement, sql.Composable):
            statement = statement.as_string(None)
        if not self._in_editor and not _INTROSPECTION.match(statement):
            for row in rows:
                text = statement if row is None else self._compose(statement, row)
                self._statements.extend(self._for_transaction(text))
        return result

    def _compose(self, statement: str, params: Sequence[Any]) -> str:  # Any: what psycopg takes
        return str(self._connection.ops.compose_sql(statement, params))

    def _for_transaction(self, text: str) -> Sequence[str]:
        """Return `text` as it may run in the transaction that creates a tenant."""
        if self._connection.in_atomic_block:
            return [text]
        # Django committed it at once.
        return [_BUILDS_OUTSIDE_TRANSACTIONS.sub(r"\1", text), SETTLE]


def _with_history_in_one(statements: Sequence[str]) -> Iterator[str]:
    """Yield the statements, and at the end one that adds all rows of `django_migrations`.

    Its constraints aren't deferred, and no other table refers to it.
    """
    columns, rows = "", []
    for statement in statements:
        if (row := _HISTORY.fullmatch(statement)) is not None:
            columns = row["columns"]
            rows.append(row["row"])
        else:
            yield statement
    if rows:
        listed = ",\n".join(rows)
        yield f'INSERT INTO "django_migrations" {columns} VALUES\n{listed}'


def _without_idle_settling(statements: Iterable[str]) -> Iterator[str]:
    """Leave out each settling before which nothing can have deferred a check."""
    has_deferred = False
    for statement in statements:
        if statement == SETTLE:
            if not has_deferred:
                continue
            has_deferred = False
        elif _MAY_DEFER.match(statement):
            has_deferred = True
        yield statement


def _with_joined_additions(statements: Iterable[str]) -> Iterator[str]:
    """Join successive additions to a table: PostgreSQL opens and describes it once for all of them."""
    for table, same in groupby(statements, key=_table_added_to):
        if table is None:
            yield from same
        else:
            actions = [match["action"] for one in same if (match := _ADDS.fullmatch(one))]
            yield f"ALTER TABLE {table} {', '.join(actions)}"


def _table_added_to(statement: str) -> str | None:
    match = _ADDS.fullmatch(statement)
    return None if match is None else match["table"]


def record_script(connection: DatabaseWrapper, schema: str, recording: Recording) -> Script:
    """Migrate `schema` through Django; return the script that does the same to schemas in the same state."""
    with connection.schema_search_path(schema), recording.record():
        MigrationRecorder(connection).ensure_schema()
        before = applied_migrations(connection, schema)
        recorded = len(recording.of_editors())
        executor = MigrationExecutor(connection, progress_callback=recording.settle)
        leaves = tenant_leaves(executor.loader)
        plan = executor.migration_plan(leaves)
        executor.migrate(leaves, plan)
        after = applied_migrations(connection, schema)
    rows = tuple(node for node in after if node not in before)
    if not all(can_be_replayed(migration) for migration, _ in plan):
        return Script(rows, None)
    statements = recording.of_editors()[recorded:]
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
    """Return whether the SQL that a migration sends is the same for every schema, and may run in a transaction."""
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


def _recording_editor(
    plain: type[BaseDatabaseSchemaEditor], recording: Recording
) -> type[BaseDatabaseSchemaEditor]:
    class RecordingEditor(plain):  # type: ignore[misc, valid-type]  # a class known at run time
        def execute(
            self, statement: Any, params: Sequence[Any] | None = ()
        ) -> None:  # Any: as in Django
            text = str(statement)
            if params is not None:
                text = self.connection.ops.compose_sql(text, params)
            recording.add_of_editor(
                lambda: super(RecordingEditor, self).execute(statement, params), text
            )

    return RecordingEditor


def _sequence_positions(connection: DatabaseWrapper, schema: str) -> Iterator[str]:
    """Yield the statements that set sequences where migrations have left those of `schema`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%%I', sequencename), last_value FROM pg_sequences"
            " WHERE schemaname = %s AND last_value IS NOT NULL ORDER BY 1",
            [schema],
        )
        for name, value in cursor.fetchall():
            yield str(connection.ops.compose_sql("SELECT setval(%s, %s)", [name, value]))


def _history_statements(connection: DatabaseWrapper, rows: Sequence[Node]) -> Iterator[str]:
    for row in rows:
        yield connection.ops.compose_sql(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", row
        )
