"""The template of a tenant's schema, stored as the SQL batch that creates every tenant's tables."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from tenants.database.base import DatabaseWrapper
from tenants.database.embedded.cluster import wheel_programs
from tenants.models import SchemaTemplate
from tenants.provisioning.head import Node, tenant_head, tenant_leaves
from tenants.provisioning.recording import Script, applied_migrations, record_script

TEMPLATE_SCHEMA = "happo_template"
# The lock of the template's schema, which one process at a time may use.
_LOCK = 0x68617070
# The newest pg_dump reads every older server; the other one in the wheel is version 16 and refuses newer ones.
_PG_DUMP = wheel_programs() / "bin" / "pg_dump"
# What pg_dump writes for its own session, and the CREATE SCHEMA that `lifecycle` has already executed.
_NOT_FOR_TENANTS = re.compile(
    r"(SET \w+ = .*;|SELECT pg_catalog\.set_config\(.*\);|\\(un)?restrict \w+|--.*|CREATE SCHEMA \w+;|)"
)


def template_batch(connection: DatabaseWrapper) -> str:
    """Return the SQL that creates a tenant's tables in the schema on the search path; generate it if need be."""
    batch = _load_batch()
    if batch is not None:
        return batch
    with _template_schema(connection):
        batch = _load_batch()
        if batch is None:
            migrate_schema(connection, TEMPLATE_SCHEMA)
            batch = _store_batch(connection)
        return batch


def script_from(connection: DatabaseWrapper, applied: tuple[Node, ...]) -> Script:
    """Return the script that migrates schemas with the migrations `applied` to the newest state.

    It is recorded in the template's schema, which has the newest state afterwards, so that the batch for new tenants
    is stored too if there is none yet.
    """
    with _template_schema(connection):
        _migrate_template_to(connection, applied)
        script = record_script(connection, TEMPLATE_SCHEMA)
        if _load_batch() is None:
            _store_batch(connection)
        return script


def migrate_schema(connection: DatabaseWrapper, schema: str) -> None:
    """Migrate one schema to the newest state through Django's executor."""
    with connection.schema_search_path(schema):
        executor = MigrationExecutor(connection)
        executor.migrate(tenant_leaves(executor.loader))


def _migrate_template_to(connection: DatabaseWrapper, applied: tuple[Node, ...]) -> None:
    """Apply exactly the migrations `applied` to the template's schema, which is empty."""
    former = (
        SchemaTemplate.objects.filter(migrations=_to_json(applied)).order_by("-made_at").first()
    )
    with connection.schema_search_path(TEMPLATE_SCHEMA), connection.cursor() as cursor:
        if former is not None:
            cursor.execute(former.batch)
            return
        executor = MigrationExecutor(connection)
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


def _store_batch(connection: DatabaseWrapper) -> str:
    batch = tenant_batch_of(_dump(connection))
    migrations = _to_json(applied_migrations(connection, TEMPLATE_SCHEMA))
    SchemaTemplate.objects.create(digest=tenant_head().digest, migrations=migrations, batch=batch)
    return batch


def _to_json(migrations: tuple[Node, ...]) -> list[list[str]]:
    return sorted(list(node) for node in migrations)


def _dump(connection: DatabaseWrapper) -> str:
    info = connection.connection.info
    dumped = subprocess.run(
        [
            str(_PG_DUMP),
            f"--schema={TEMPLATE_SCHEMA}",
            *(
                "--no-owner",
                "--no-privileges",
                "--no-comments",
                "--inserts",
                "--rows-per-insert=1000",
            ),
            # With all options of the connection, such as TLS, except the password.
            f"--dbname={info.dsn}",
        ],
        env={"PGPASSWORD": info.password},
        capture_output=True,
        text=True,
        check=False,
    )
    if dumped.returncode:
        raise RuntimeError(f"pg_dump could not read the template schema: {dumped.stderr.strip()}")
    return dumped.stdout


def tenant_batch_of(dump: str) -> str:
    """Return the statements of a `pg_dump` of the template without its schema name, for the search path."""
    lines = (line for line in dump.splitlines() if not _NOT_FOR_TENANTS.fullmatch(line))
    return "\n".join(lines).replace(f"{TEMPLATE_SCHEMA}.", "")
