"""The template of a tenant's schema, stored as the SQL batch that creates every tenant's tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from tenants.database.base import DatabaseWrapper
from tenants.models import SchemaTemplate
from tenants.provisioning.recording import (
    Recording,
    Script,
    applied_migrations,
    record_script,
)
from tenants.schema_head import Node, tenant_head, tenant_leaves

TEMPLATE_SCHEMA = "happo_template"
# The lock of the template's schema, which one process at a time may use.
_LOCK = 0x68617070


def template_batch(connection: DatabaseWrapper) -> str:
    """Return the SQL that creates a tenant's tables in the schema on the search path; generate it if need be."""
    batch = _load_batch()
    if batch is not None:
        return batch
    with _template_schema(connection):
        batch = _load_batch()
        if batch is None:
            recording = Recording(connection)
            record_script(connection, TEMPLATE_SCHEMA, recording)
            batch = _store_batch(connection, recording)
        return batch


def script_from(connection: DatabaseWrapper, applied: tuple[Node, ...]) -> Script:
    """Return the script that migrates schemas with the migrations `applied` to the newest state.

    It is recorded in the template's schema, which has the newest state afterwards, so that the batch for new tenants
    is stored too if there is none yet.
    """
    with _template_schema(connection):
        recording = Recording(connection)
        _migrate_template_to(connection, applied, recording)
        script = record_script(connection, TEMPLATE_SCHEMA, recording)
        if _load_batch() is None:
            _store_batch(connection, recording)
        return script


def migrate_schema(connection: DatabaseWrapper, schema: str) -> None:
    """Migrate one schema to the newest state through Django's executor."""
    with connection.schema_search_path(schema):
        executor = MigrationExecutor(connection)
        executor.migrate(tenant_leaves(executor.loader))


def _migrate_template_to(
    connection: DatabaseWrapper, applied: tuple[Node, ...], recording: Recording
) -> None:
    """Apply exactly the migrations `applied` to the template's schema, which is empty."""
    former = (
        SchemaTemplate.objects.filter(migrations=_to_json(applied)).order_by("-made_at").first()
    )
    with connection.schema_search_path(TEMPLATE_SCHEMA), recording.record():
        if former is not None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(former.batch)
            return
        executor = MigrationExecutor(connection, progress_callback=recording.settle)
        executor.loader = MigrationLoader(connection, replace_migrations=False)
        nodes = executor.loader.graph.nodes
        squashed = executor.loader.replacements.items()
        # When both exist, the single migrations run, and the squashed one is only recorded as applied.
        recorded = {
            node
            for node, migration in squashed
            if all(single in nodes for single in migration.replaces)
        }
        executor.migrate([node for node in applied if node in nodes and node not in recorded])
        for node in set(applied).difference(executor.recorder.applied_migrations()):
            executor.recorder.record_applied(*node)


@contextmanager
def _template_schema(connection: DatabaseWrapper) -> Iterator[None]:
    """Create the template's schema, empty and locked for this process; drop it at the end."""
    schema = sql.Identifier(TEMPLATE_SCHEMA)
    drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        with connection.cursor() as cursor:
            # An interrupted run may have left one.
            cursor.execute(drop)
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        yield
        with connection.cursor() as cursor:
            cursor.execute(drop)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _load_batch() -> str | None:
    template = SchemaTemplate.objects.filter(digest=tenant_head().digest).first()
    return template.batch if template is not None else None


def _store_batch(connection: DatabaseWrapper, recording: Recording) -> str:
    batch = recording.batch(TEMPLATE_SCHEMA)
    migrations = _to_json(applied_migrations(connection, TEMPLATE_SCHEMA))
    SchemaTemplate.objects.create(digest=tenant_head().digest, migrations=migrations, batch=batch)
    return batch


def _to_json(migrations: tuple[Node, ...]) -> list[list[str]]:
    return sorted(list(node) for node in migrations)
