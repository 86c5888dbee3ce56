"""The template schema: migrated once by Django, then kept as the SQL batch that makes every tenant."""

import subprocess

from django.db import transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tenants.database.base import DatabaseWrapper
from tenants.database.embedded_cluster import wheel_programs
from tenants.migrations_state import tenant_head, tenant_leaves
from tenants.models import SchemaTemplate

TEMPLATE_SCHEMA = "happo_template"
# Two processes that find no template make it one after the other.
_LOCK = 0x68617070
# The newest pg_dump reads every older server; the other one in the wheel is version 16 and refuses newer ones.
_PG_DUMP = wheel_programs() / "bin" / "pg_dump"
# What pg_dump writes for its own session, and what a tenant's transaction has already done.
_NOT_FOR_TENANTS = ("SET ", "SELECT pg_catalog.set_config", "\\restrict", "\\unrestrict", "--", "CREATE SCHEMA")


def template_batch(connection: DatabaseWrapper) -> str:
    """Return the SQL that makes a tenant's tables in the schema the search path names; make it where it isn't kept."""
    digest = tenant_head().digest
    kept = SchemaTemplate.objects.filter(digest=digest).first()
    if kept is not None:
        return kept.batch
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            kept = SchemaTemplate.objects.filter(digest=digest).first()
            return kept.batch if kept is not None else _make_template(connection, digest=digest)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _make_template(connection: DatabaseWrapper, *, digest: str) -> str:
    schema = sql.Identifier(TEMPLATE_SCHEMA)
    with connection.cursor() as cursor:
        # A template may be left over from a run that was cut off.
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
    migrate_schema(connection, TEMPLATE_SCHEMA)
    batch = tenant_batch_of(_dump(connection))
    with transaction.atomic(), connection.cursor() as cursor:
        SchemaTemplate.objects.create(digest=digest, batch=batch)
        cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
    return batch


def migrate_schema(connection: DatabaseWrapper, schema: str) -> None:
    """Bring one schema to the newest state through Django, migration by migration."""
    with connection.schema_search_path(schema):
        executor = MigrationExecutor(connection)
        executor.migrate(tenant_leaves(executor.loader))


def _dump(connection: DatabaseWrapper) -> str:
    info = connection.connection.info
    address = make_conninfo("", host=info.host, port=info.port, dbname=info.dbname, user=info.user)
    dumped = subprocess.run(
        [str(_PG_DUMP), f"--schema={TEMPLATE_SCHEMA}", "--no-owner", "--no-privileges", "--no-comments", "--inserts"]
        + ["--rows-per-insert=1000", f"--dbname={address}"],
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
    lines = (line for line in dump.splitlines() if line and not line.startswith(_NOT_FOR_TENANTS))
    return "\n".join(lines).replace(f"{TEMPLATE_SCHEMA}.", "")
