"""Close a server of one's own as the embedded one is closed, as far as the owner's log-in may."""

from django.conf import settings
from django.db import ProgrammingError, transaction
from psycopg import sql

from tenants.database.owner import owner_login

# Django sets a connection's time zone with set_config where the log-in doesn't bring it.
_CLOSE = sql.SQL(
    "ALTER ROLE {application} SET TimeZone = 'UTC';"
    " REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;"
    " GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO SESSION_USER"
)


def close_database() -> None:
    """Take `set_config` from everybody but the owner: all of it, or nothing where only a superuser may do that.

    What stays open, `protection.missing_protection` says.
    """
    application = sql.Identifier(settings.DATABASES["default"]["USER"])
    with owner_login() as owner:
        try:
            with transaction.atomic(), owner.cursor() as cursor:
                cursor.execute(_CLOSE.format(application=application))
        except ProgrammingError:
            return
