"""The owner's log-in, for what changes schemas: migrations and the life of a tenant."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from tenants.context import public_scope
from tenants.database.base import DatabaseWrapper


@contextmanager
def owner_connection() -> Iterator[DatabaseWrapper]:
    """Give this thread a connection logged in as the owner, in place of the application's; outside of any scope."""
    application = connections["default"]
    if application.is_owner:
        with public_scope():
            yield application
        return
    owner = _owner_wrapper(application)
    connections["default"] = owner
    try:
        with public_scope():
            yield owner
    finally:
        connections["default"] = application
        owner.close()


def _owner_wrapper(application: DatabaseWrapper) -> DatabaseWrapper:
    if settings.OWNER_DATABASE is None:
        raise ImproperlyConfigured(
            "DATABASE_OWNER_URL is not set: this needs the log-in that owns the schemas."
        )
    # What Django has filled in for the application's log-in holds for the owner's too.
    database = {**deepcopy(application.settings_dict), **deepcopy(settings.OWNER_DATABASE)}
    database["NAME"] = application.settings_dict["NAME"]
    return DatabaseWrapper(database, alias="default")
