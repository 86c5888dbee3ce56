"""A tenant's schema and role in PostgreSQL, which have the same opaque name. All of it needs the owner role."""

import base64
import secrets

from django.conf import settings
from django.db import transaction
from psycopg import sql

from tenants.audit.columns import WRITTEN as AUDIT_COLUMNS
from tenants.audit.schema import forget_log
from tenants.database.base import DatabaseWrapper
from tenants.provisioning.table_locks import lock_tables

# The role may read and write the rows of its tables, and nothing else in its schema. To the audit log it may only add.
_GRANTS = sql.SQL(
    """
    GRANT USAGE ON SCHEMA {schema} TO {schema};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {schema};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {schema};
    ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE
      ON TABLES TO {schema};
    ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {schema};
    REVOKE ALL ON {schema}.django_migrations, {schema}.django_migrations_id_seq FROM {schema};
    REVOKE ALL ON {schema}.audit_entry FROM {schema};
    GRANT SELECT, INSERT ({audit_columns}) ON {schema}.audit_entry TO {schema};
    """
)


def new_schema_name() -> str:
    """Return a name that no schema has."""
    # Opaque, so that renaming a customer doesn't rename its schema.
    return "t_" + base64.b32encode(secrets.token_bytes(10)).decode().lower()


def make_role(connection: DatabaseWrapper, name: str) -> None:
    """Create the role of a tenant, which the application may take."""
    role = sql.Identifier(name)
    owner = sql.Identifier(connection.settings_dict["USER"])
    application = sql.Identifier(settings.DATABASES["default"]["USER"])
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
        cursor.execute(sql.SQL("GRANT {} TO {} WITH INHERIT TRUE, SET TRUE").format(role, owner))
        cursor.execute(
            sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(role, application)
        )


def make_schema(connection: DatabaseWrapper, name: str, *, batch: str) -> None:
    """Create a schema with the tables of `batch` and the privileges of its role, which has its name."""
    schema = sql.Identifier(name)
    with connection.schema_search_path(name), connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        cursor.execute(batch)
        audit_columns = sql.SQL(", ").join(map(sql.Identifier, AUDIT_COLUMNS))
        cursor.execute(_GRANTS.format(schema=schema, audit_columns=audit_columns))


@transaction.atomic
def drop_schema_and_role(connection: DatabaseWrapper, name: str) -> None:
    """Delete all that a tenant has in the database; repeating it changes nothing."""
    drop_schema(connection, name)
    _drop_role(connection, name)


def drop_schema(connection: DatabaseWrapper, name: str) -> None:
    """Delete a schema with its tables, and the seals of its log."""
    lock_tables(connection, name)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))
    forget_log(connection, name)


def _drop_role(connection: DatabaseWrapper, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))
