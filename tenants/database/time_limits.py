"""Time limits of the application's log-in, kept by PostgreSQL as settings of its role.

As settings of the role and not of each connection: connection poolers refuse start-up parameters. The owner's role has
none, so that migrations and other commands of the owner may take their time.
"""

from typing import Final

import psycopg
from django.conf import settings
from psycopg import sql

from tenants.database.parameters import connection_parameters

# `statement_timeout`: longer than any statement of a request or a job takes. `lock_timeout`: a statement that waits
# longer for another one holds a thread that other requests need. `idle_in_transaction_session_timeout`: longer than
# any call of a storage or of a mail server inside a transaction.
TIME_LIMITS: Final = {
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}
_MISSING: Final = """
    SELECT name FROM unnest(%s::text[]) AS name
     WHERE NOT EXISTS (SELECT FROM pg_roles r, unnest(r.rolconfig) AS setting
                        WHERE r.rolname = session_user AND setting LIKE name || '=%%')
"""


def limit_application_role() -> None:
    """Give the application's role each of `TIME_LIMITS` that it lacks; values that an operator has set stay.

    A role may change its own settings, whatever the owner's role may do. Changes nothing where the application logs in
    as the owner.
    """
    application, owner = settings.DATABASES["default"], settings.OWNER_DATABASE
    if owner is not None and owner["USER"] == application["USER"]:
        return
    parameters = connection_parameters(application)
    with psycopg.connect(**parameters, autocommit=True) as connection:
        missing = connection.execute(_MISSING, [list(TIME_LIMITS)]).fetchall()
        for (name,) in missing:
            connection.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    sql.Identifier(application["USER"]),
                    sql.Identifier(name),
                    sql.Literal(TIME_LIMITS[name]),
                )
            )
