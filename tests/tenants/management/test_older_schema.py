"""A command whose code needs more than the database has says what to do; a fault of the code stays one."""

import pytest
from django.core.management.base import CommandError
from django.db import ProgrammingError, connection, transaction

from tenants import schema_states
from tenants.management.base import translate_errors


def select_what_is_not_there() -> None:
    with translate_errors(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT of_a_later_release FROM tenants_tenant")


def test_an_older_schema_is_named(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = schema_states.all_migrations() | {("tenants", "9999_later")}
    monkeypatch.setattr(schema_states, "all_migrations", lambda: needed)
    with pytest.raises(CommandError, match="not migrated: run"):
        select_what_is_not_there()


def test_a_fault_of_the_code_is_not_called_an_older_schema(db: None) -> None:
    with pytest.raises(ProgrammingError):
        select_what_is_not_there()
