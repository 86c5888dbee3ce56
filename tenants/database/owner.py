"""Connections as the owner role, for changes of schemas: migrations and the lifecycle of tenants."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from tenants.context import public_scope
from tenants.database.base import DatabaseWrapper
from tenants.database.wrappers import wrapper


@contextmanager
def owner_connection() -> Iterator[DatabaseWrapper]:
    """Replace this thread's connection by one of the owner role, outside any tenant's scope."""
    application = wrapper()
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


def forget_owner_login() -> None:
    """Do without the owner's login from now on: for processes that serve requests or run jobs."""
    settings.OWNER_DATABASE = None
    settings.DATABASE_OWNER_URL = ""


def _owner_wrapper(application: DatabaseWrapper) -> DatabaseWrapper:
    if settings.OWNER_DATABASE is None:
        raise ImproperlyConfigured(
            "DATABASE_OWNER_URL is not set: this needs the role that owns the schemas."
        )
    # Django has completed the application's settings with defaults, which the owner's need too.
    database = {**deepcopy(application.settings_dict), **deepcopy(settings.OWNER_DATABASE)}
    database["NAME"] = application.settings_dict["NAME"]
    return DatabaseWrapper(database, alias="default")
