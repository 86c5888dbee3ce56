"""Django's connections with their real type."""

from typing import TYPE_CHECKING, cast

from django.db import connections

if TYPE_CHECKING:
    # `base` needs the settings, and Django imports the router, a user of this module, while it loads them.
    from tenants.database.base import DatabaseWrapper


def wrapper(alias: str = "default") -> "DatabaseWrapper":
    """Return this thread's connection. Every database of the settings has the ENGINE `tenants.database`."""
    return cast("DatabaseWrapper", connections[alias])
