"""Harden a PostgreSQL server that the operator provides, and list the protection that it still lacks.

The embedded server is created hardened.
"""

from collections.abc import Iterator

import psycopg
from django.conf import settings
from django.db import ProgrammingError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tenants.database.embedded.cluster import HARDEN_DATABASE
from tenants.database.owner import owner_connection

# About the application's role, queried through its connection.
_FACTS = """
    SELECT r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb, r.rolreplication,
           EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid AND m.inherit_option),
           has_function_privilege(r.oid, %s, 'EXECUTE'),
           EXISTS (SELECT FROM pg_proc p WHERE p.proname = ANY(%s)
                    AND has_function_privilege(r.oid, p.oid, 'EXECUTE')),
           has_schema_privilege(r.oid, 'public', 'CREATE'),
           has_database_privilege(r.oid, current_database(), 'CREATE'),
           has_database_privilege(r.oid, current_database(), 'TEMPORARY')
      FROM pg_roles r WHERE r.rolname = session_user
"""
# As parameters: the application's cursors refuse these names in the text of a statement.
_NAMES = ("pg_catalog.set_config(text,text,boolean)", ["lo_create", "lo_creat", "lo_from_bytea"])
_LACKS = (
    "is a superuser, so nothing isolates tenants: ALTER ROLE {role} NOSUPERUSER",
    "bypasses row security: ALTER ROLE {role} NOBYPASSRLS",
    "may create roles: ALTER ROLE {role} NOCREATEROLE",
    "may create databases: ALTER ROLE {role} NOCREATEDB",
    "may replicate, which reads every tenant: ALTER ROLE {role} NOREPLICATION",
    "has the rights of tenants outside of scopes: GRANT <tenant role> TO {role} WITH INHERIT FALSE, SET TRUE, for each",
    "may call set_config: REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC",
    (
        "may create large objects:"
        " REVOKE EXECUTE ON FUNCTION lo_create, lo_creat, lo_from_bytea FROM PUBLIC"
    ),
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
        cursor.execute(_FACTS, _NAMES)
        facts = cursor.fetchone()
    for lacks, sentence in zip(facts, _LACKS, strict=True):
        if lacks:
            yield f"The role {role} {sentence.format(role=role, database=database)}."


# Django sets a connection's time zone with set_config unless the role has it as its default.
_HARDEN = sql.SQL(
    "ALTER ROLE {application} SET TimeZone = 'UTC';"
    " REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;"
    " GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO SESSION_USER;"
    " REVOKE EXECUTE ON FUNCTION lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea)"
    " FROM PUBLIC"
)


def harden_database() -> None:
    """Revoke `set_config` and the creation of large objects from the application and its tenants.

    Changes nothing if only a superuser may do that.

    `missing_protection` reports what is still missing.
    """
    application = sql.Identifier(settings.DATABASES["default"]["USER"])
    with owner_connection() as owner:
        try:
            with transaction.atomic(), owner.cursor() as cursor:
                cursor.execute(_HARDEN.format(application=application))
        except ProgrammingError:
            return


def harden_embedded(superuser_url: str, *, database: str) -> None:
    """Revoke in a database of the embedded server what a newly created server revokes; earlier code revoked less."""
    with psycopg.connect(make_conninfo(superuser_url, dbname=database)) as superuser:
        for statement in HARDEN_DATABASE.splitlines():
            superuser.execute(statement.encode())
