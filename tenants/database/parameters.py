"""What psycopg needs to connect to a database of the settings, outside of Django's connections."""

from typing import Any, Final

# Of Django's own connections.
_DJANGOS_OPTION: Final = "server_side_binding"


def connection_parameters(database: dict[str, Any]) -> dict[str, Any]:  # Any: libpq's and Django's
    """Return psycopg's parameters for an entry of `DATABASES`: those that are set, and its options."""
    parameters = {
        "host": database["HOST"],
        "port": database["PORT"],
        "user": database["USER"],
        "password": database["PASSWORD"],
        "dbname": database["NAME"],
    }
    options = {
        name: value for name, value in database["OPTIONS"].items() if name != _DJANGOS_OPTION
    }
    return {**options, **{name: value for name, value in parameters.items() if value}}
