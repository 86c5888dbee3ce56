"""The template of a tenant's schema, kept as the SQL batch that makes every tenant."""

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
# Two processes that need the template's schema use it one after the other.
_LOCK = 0x68617070
# The newest pg_dump reads every older server; the other one in the wheel is version 16 and refuses newer ones.
_PG_DUMP = wheel_programs() / "bin" / "pg_dump"
# What pg_dump writes for its own session, and what a tenant's transaction has already done.
_NOT_FOR_TENANTS = re.compile(
    r"(SET \w+ = .*;|SELECT pg_catalog\.set_config\(.*\);|\\(un)?restrict \w+|--.*|CREATE SCHEMA \w+;|)"
)


def template_batch(connection: DatabaseWrapper) -> str:
    """Return the SQL that makes a tenant's tables in the schema the search path names; make it where it isn't kept."""
    kept = _kept()
    if kept is not None:
        return kept
    with _template_schema(connection):
        kept = _kept()
        if kept is None:
            migrate_schema(connection, TEMPLATE_SCHEMA)
            kept = _keep(connection)
        return kept


def script_from(connection: DatabaseWrapper, applied: tuple[Node, ...]) -> Script:
    """Return what brings schemas with the migrations `applied` to the newest state.

    It is recorded in the template's schema, which stands at the newest state then: that makes the batch for new
    tenants too, where there is none yet.
    """
    with _template_schema(connection):
        _bring_to(connection, applied)
        script = record_script(connection, TEMPLATE_SCHEMA)
        if _kept() is None:
            _keep(connection)
        return script


def migrate_schema(connection: DatabaseWrapper, schema: str) -> None:
    """Bring one schema to the newest state through Django, migration by migration."""
    with connection.schema_search_path(schema):
        executor = MigrationExecutor(connection)
        executor.migrate(tenant_leaves(executor.loader))


def _bring_to(connection: DatabaseWrapper, applied: tuple[Node, ...]) -> None:
    """Give the template's schema, which is empty, the migrations `applied` and no others."""
    former = SchemaTemplate.objects.filter(migrations=_listed(applied)).order_by("-made_at").first()
    with connection.schema_search_path(TEMPLATE_SCHEMA), connection.cursor() as cursor:
        if former is not None:
            cursor.execute(former.batch)
            return
        executor = MigrationExecutor(connection)
        executor.loader = MigrationLoader(connection, replace_migrations=False)
        nodes = executor.loader.graph.nodes
        squashed = executor.loader.replacements.items()
        # Where both are there, the single migrations run; that they were squashed is only noted.
        noted = {
            node
            for node, migration in squashed
            if all(single in nodes for single in migration.replaces)
        }
        executor.migrate([node for node in applied if node in nodes and node not in noted])
        for node in set(applied).difference(executor.recorder.applied_migrations()):
            executor.recorder.record_applied(*node)


@contextmanager
def _template_schema(connection: DatabaseWrapper) -> Iterator[None]:
    """Have the template's schema, empty, and to this process alone."""
    schema = sql.Identifier(TEMPLATE_SCHEMA)
    drop = sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        with connection.cursor() as cursor:
            # It may be left over from a run that was cut off.
            cursor.execute(drop)
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        yield
        with connection.cursor() as cursor:
            cursor.execute(drop)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _kept() -> str | None:
    template = SchemaTemplate.objects.filter(digest=tenant_head().digest).first()
    return template.batch if template is not None else None


def _keep(connection: DatabaseWrapper) -> str:
    batch = tenant_batch_of(_dump(connection))
    migrations = _listed(applied_migrations(connection, TEMPLATE_SCHEMA))
    SchemaTemplate.objects.create(digest=tenant_head().digest, migrations=migrations, batch=batch)
    return batch


def _listed(migrations: tuple[Node, ...]) -> list[list[str]]:
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
            # With all that the connection was opened with (TLS, say), but the password.
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
    """Return the statements of a `pg_dump` of the template without its name, for any schema on the search path."""
    lines = (line for line in dump.splitlines() if not _NOT_FOR_TENANTS.fullmatch(line))
    return "\n".join(lines).replace(f"{TEMPLATE_SCHEMA}.", "")
