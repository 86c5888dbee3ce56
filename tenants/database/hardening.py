"""Harden a PostgreSQL server that the operator provides, and list the protection that it still lacks.

The embedded server is created hardened.
"""

from collections.abc import Iterator

from django.conf import settings
from django.db import ProgrammingError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from tenants.database.owner import owner_connection

# About the application's role, queried through its connection.
_FACTS = """
    SELECT r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb, r.rolreplication,
           EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid AND m.inherit_option),
           has_function_privilege(r.oid, 'pg_catalog.set_config(text,text,boolean)', 'EXECUTE'),
           has_schema_privilege(r.oid, 'public', 'CREATE'),
           has_database_privilege(r.oid, current_database(), 'CREATE'),
           has_database_privilege(r.oid, current_database(), 'TEMPORARY')
      FROM pg_roles r WHERE r.rolname = session_user
"""
_LACKS = (
    "is a superuser, so nothing isolates tenants: ALTER ROLE {role} NOSUPERUSER",
    "bypasses row security: ALTER ROLE {role} NOBYPASSRLS",
    "may create roles: ALTER ROLE {role} NOCREATEROLE",
    "may create databases: ALTER ROLE {role} NOCREATEDB",
    "may replicate, which reads every tenant: ALTER ROLE {role} NOREPLICATION",
    "has the rights of tenants outside of scopes: GRANT <tenant role> TO {role} WITH INHERIT FALSE, SET TRUE, for each",
    "may call set_config: REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC",
    "may create tables in public: REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
    "may create schemas: REVOKE CREATE ON DATABASE {database} FROM PUBLIC, {role}",
    "may create temporary tables: REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {role}",
)


def missing_protection(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """Yield a sentence, with the SQL that corrects it, for each right that the application's role should not have."""
    role, database = settings.DATABASES["default"]["USER"], connection.settings_dict["NAME"]
    if settings.OWNER_DATABASE is not None and settings.OWNER_DATABASE["USER"] == role:
        yield "DATABASE_URL and DATABASE_OWNER_URL have the same role: the application would own every schema."
    with connection.cursor() as cursor:
        cursor.execute(_FACTS)
        facts = cursor.fetchone()
    for lacks, sentence in zip(facts, _LACKS, strict=True):
        if lacks:
            yield f"The role {role} {sentence.format(role=role, database=database)}."


# Django sets a connection's time zone with set_config unless the role has it as its default.
_HARDEN = sql.SQL(
    "ALTER ROLE {application} SET TimeZone = 'UTC';"
    " REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;"
    " GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO SESSION_USER"
)


def harden_database() -> None:
    """Revoke `set_config` from all roles but the owner. Changes nothing if only a superuser may do that.

    `missing_protection` reports what is still missing.
    """
    application = sql.Identifier(settings.DATABASES["default"]["USER"])
    with owner_connection() as owner:
        try:
            with transaction.atomic(), owner.cursor() as cursor:
                cursor.execute(_HARDEN.format(application=application))
        except ProgrammingError:
            return
