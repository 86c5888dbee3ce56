"""What keeps tenants apart on a server of one's own, looked at as the application's log-in sees it."""

from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from tenants.database.owner import owner_login

_LOOK = """
    SELECT role.rolsuper, role.rolbypassrls, role.rolcreaterole, role.rolinherit,
           pg_catalog.has_function_privilege('pg_catalog.set_config(text, text, boolean)', 'EXECUTE'),
           pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')
      FROM pg_catalog.pg_roles role WHERE role.rolname = session_user
"""
_MISSING = (
    "it is a superuser: PostgreSQL refuses it nothing, no tenant is safe from another's mistakes",
    "it has BYPASSRLS",
    "it has CREATEROLE: it may give itself any tenant's rights",
    "it lacks NOINHERIT: it has the rights of every tenant at once, also outside of a scope",
    "it may call set_config, and so change its role within a statement; only a superuser can take that from PUBLIC",
    "it may make schemas",
)


def close_database() -> None:
    """Take `set_config` from everybody but the owner, where the owner's log-in may do that: all of it, or nothing."""
    application = sql.Identifier(settings.DATABASES["default"]["USER"])
    with owner_login() as owner:
        # Django sets a connection's time zone with set_config where the log-in doesn't bring it.
        closing = sql.SQL(
            "ALTER ROLE {} SET TimeZone = 'UTC';"
            " REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;"
            " GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO SESSION_USER"
        ).format(application)
        try:
            with transaction.atomic(), owner.cursor() as cursor:
                cursor.execute(closing)
        except ProgrammingError:
            # Only a superuser may; `missing_protection` says what stays open.
            return


def missing_protection() -> list[str]:
    """Return a sentence for each right that the application's log-in has and should not have."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK)
        found = cursor.fetchone()
    # A superuser may do all the rest, too.
    return [_MISSING[0]] if found[0] else [text for may, text in zip(found, _MISSING, strict=True) if may]
