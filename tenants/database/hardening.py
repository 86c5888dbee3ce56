"""Harden a PostgreSQL server that the operator provides, and list the protection that it still lacks.

The embedded server is created with all of it.
"""

from collections.abc import Iterator

from django.conf import settings
from django.db import ProgrammingError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from tenants.database.owner import owner_connection

# Of the application's log-in, by its own connection; `in_role` counts what it may do without `SET ROLE`.
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
    "is a superuser, so nothing keeps tenants apart: ALTER ROLE {login} NOSUPERUSER",
    "bypasses row security: ALTER ROLE {login} NOBYPASSRLS",
    "may make roles: ALTER ROLE {login} NOCREATEROLE",
    "may make databases: ALTER ROLE {login} NOCREATEDB",
    "may replicate, which reads every tenant: ALTER ROLE {login} NOREPLICATION",
    "has the rights of its tenants outside of them: GRANT <role> TO {login} WITH INHERIT FALSE, SET TRUE, for each",
    "may call set_config: REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC",
    "may make tables in public: REVOKE CREATE ON SCHEMA public FROM PUBLIC, {login}",
    "may make schemas: REVOKE CREATE ON DATABASE {database} FROM PUBLIC, {login}",
    "may make temporary tables: REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {login}",
)


def missing_protection(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """Yield a sentence, with the SQL that mends it, for each thing the application's log-in should not be or do."""
    login, database = settings.DATABASES["default"]["USER"], connection.settings_dict["NAME"]
    if settings.OWNER_DATABASE is not None and settings.OWNER_DATABASE["USER"] == login:
        yield "DATABASE_URL and DATABASE_OWNER_URL have the same log-in: the application would own every schema."
    with connection.cursor() as cursor:
        cursor.execute(_FACTS)
        facts = cursor.fetchone()
    for lacks, sentence in zip(facts, _LACKS, strict=True):
        if lacks:
            yield f"The log-in {login} {sentence.format(login=login, database=database)}."


# Django sets a connection's time zone with set_config where the log-in doesn't bring it.
_HARDEN = sql.SQL(
    "ALTER ROLE {application} SET TimeZone = 'UTC';"
    " REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;"
    " GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO SESSION_USER"
)


def harden_database() -> None:
    """Take `set_config` from everybody but the owner: all of it, or nothing where only a superuser may do that.

    What stays open, `missing_protection` says.
    """
    application = sql.Identifier(settings.DATABASES["default"]["USER"])
    with owner_connection() as owner:
        try:
            with transaction.atomic(), owner.cursor() as cursor:
                cursor.execute(_HARDEN.format(application=application))
        except ProgrammingError:
            return
