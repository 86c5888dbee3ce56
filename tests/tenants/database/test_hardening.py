from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg.conninfo import make_conninfo

from tenants.database.hardening import harden_database, harden_embedded, missing_protection

pytestmark = pytest.mark.usefixtures("committing")

ON = "EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean)"


@pytest.fixture
def committing(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """No transaction round the test: two log-ins look at the same rights."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture
def superuser(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """A superuser's connection to the test database, which opens it and closes it again after the test."""
    address = make_conninfo(
        settings.EMBEDDED_POSTGRES.admin_url, dbname=settings.DATABASES["default"]["NAME"]
    )
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection
        connection.execute(f"REVOKE {ON} FROM PUBLIC")


def what_is_open() -> list[str]:
    # PUBLIC may make temporary tables in a database that the test session made.
    return [line for line in missing_protection(connections["default"]) if "temporary" not in line]


def test_the_embedded_server_lacks_nothing() -> None:
    assert what_is_open() == []


def test_a_function_that_every_role_may_call_is_reported(superuser: psycopg.Connection) -> None:
    superuser.execute(f"GRANT {ON} TO PUBLIC")
    [sentence] = what_is_open()
    assert "set_config" in sentence


def test_an_owner_without_the_privilege_changes_nothing(superuser: psycopg.Connection) -> None:
    superuser.execute(f"GRANT {ON} TO PUBLIC")
    harden_database()
    assert len(what_is_open()) == 1


def test_an_owner_with_the_privilege_revokes_it(superuser: psycopg.Connection) -> None:
    superuser.execute(f"GRANT {ON} TO PUBLIC")
    superuser.execute("ALTER ROLE happo_owner SUPERUSER")
    try:
        harden_database()
    finally:
        superuser.execute("ALTER ROLE happo_owner NOSUPERUSER")
        connections.close_all()
    assert what_is_open() == []


def test_a_server_of_earlier_code_is_hardened_at_the_start(superuser: psycopg.Connection) -> None:
    superuser.execute(f"GRANT {ON} TO PUBLIC")
    superuser.execute("GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC")
    assert len(what_is_open()) == 2
    harden_embedded(
        settings.EMBEDDED_POSTGRES.admin_url, database=settings.DATABASES["default"]["NAME"]
    )
    assert what_is_open() == []
