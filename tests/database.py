"""The database of a test session: a real one, with the real roles, migrated once and dropped at the end."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from config.health import PROBE
from tenants.database.hardening import harden_embedded
from tenants.database.owner import owner_connection
from tenants.models import Tenant
from tenants.provisioning import lifecycle
from tenants.provisioning.public_schema import migrate_public
from tenants.provisioning.template import template_batch

_SESSIONS_END_WITHIN = 10.0


@contextmanager
def migrated_database() -> Iterator[str]:
    """Create a migrated database without tenants, to be copied: nothing is connected to it. Drop it afterwards."""
    with _created_database() as name:
        with _known_to_django(name):
            migrate_public()
            with owner_connection() as owner:
                template_batch(owner)
        yield name


@contextmanager
def copied_database(template: str) -> Iterator[str]:
    """Copy a database, set the copy for both of Django's roles, drop it (and its tenants' roles) afterwards."""
    with _created_database(template=template) as name, _known_to_django(name):
        try:
            yield name
        finally:
            _drop_tenants()


@contextmanager
def session_database() -> Iterator[str]:
    """Create a migrated database without tenants for one session, set it for both of Django's roles, drop it."""
    with migrated_database() as template, copied_database(template) as name:
        yield name


@contextmanager
def database_of_another_session(name: str) -> Iterator[None]:
    """Set the database that another session has made, and will drop, for both of Django's roles."""
    before = settings.DATABASES["default"]["NAME"]
    with maintenance():
        _point_django_at(name)
    yield
    connections.close_all()
    _point_django_at(before)


@contextmanager
def _created_database(*, template: str = "template1") -> Iterator[str]:
    name = f"happo_test_{secrets.token_hex(4)}"
    with maintenance() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        # As in the real one, only the owner makes anything there, temporary tables included.
        connection.execute(
            sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
        )
        application = sql.Identifier(settings.DATABASES["default"]["USER"])
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), application)
        )
        # A test's data may be lost in a crash.
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET synchronous_commit TO off").format(sql.Identifier(name))
        )
    if settings.EMBEDDED_POSTGRES is not None:
        # As at each start: earlier code may have created the server.
        harden_embedded(settings.EMBEDDED_POSTGRES.admin_url, database=name)
    try:
        yield name
    finally:
        with maintenance() as connection:
            _wait_for_sessions_to_end(connection, name)
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


@contextmanager
def _known_to_django(name: str) -> Iterator[None]:
    before = settings.DATABASES["default"]["NAME"]
    _point_django_at(name)
    try:
        yield
    finally:
        connections.close_all()
        # The owner can't end the application's connections.
        PROBE.close_connection()
        _point_django_at(before)


def _wait_for_sessions_to_end(connection: psycopg.Connection, database: str) -> None:
    """Wait for the sessions that the owner can't end.

    PostgreSQL notices a little later that a process has ended, and a worker of its autovacuum takes a moment.
    """
    until = time.monotonic() + _SESSIONS_END_WITHIN
    while time.monotonic() < until:
        sessions = connection.execute(
            "SELECT FROM pg_stat_activity"
            " WHERE datname = %s AND usename IS DISTINCT FROM current_user",
            [database],
        )
        if not sessions.rowcount:
            return
        time.sleep(0.05)


@contextmanager
def maintenance() -> Iterator[psycopg.Connection]:
    """Connect as the owner to another database, for statements that can't run inside the test database."""
    if settings.EMBEDDED_POSTGRES is not None:
        settings.EMBEDDED_POSTGRES.ensure_running()
    with psycopg.connect(
        login_of(settings.OWNER_DATABASE, dbname="postgres"), autocommit=True
    ) as connection:
        yield connection


def login_of(database: dict, *, dbname: str | None = None) -> str:
    """Return the libpq address of one of Django's database entries."""
    return make_conninfo(
        "",
        host=database["HOST"],
        port=database["PORT"] or None,
        user=database["USER"],
        password=database["PASSWORD"],
        dbname=dbname or database["NAME"],
    )


def _point_django_at(name: str) -> None:
    settings.DATABASES["default"]["NAME"] = name
    settings.OWNER_DATABASE["NAME"] = name
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name


def _drop_tenants() -> None:
    with owner_connection():
        slugs = list(Tenant.objects.values_list("slug", flat=True))
    for slug in slugs:
        lifecycle.delete_tenant(slug)
