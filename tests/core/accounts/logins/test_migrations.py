"""The tables of log-ins keep the names of their first release."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from core.accounts.logins.models import AttemptCounter, ProviderApplication
from tenants.context import TenantRef


def test_new_names_of_models_change_nothing_in_the_database(db: None) -> None:
    sql = StringIO()
    call_command("sqlmigrate", "logins", "0002", no_color=True, stdout=sql)
    statements = [line for line in sql.getvalue().splitlines() if line and line[:2] != "--"]
    assert statements in ([], ["BEGIN;", "COMMIT;"])


@pytest.mark.parametrize(
    ("model", "table", "columns"),
    [
        (AttemptCounter, "logins_failedlogins", ["subject", "failed_at", "expires_at"]),
        (
            ProviderApplication,
            "logins_providerclient",
            ["id", "provider", "client_id", "secret", "created_at"],
        ),
    ],
)
def test_a_model_reads_the_table_of_the_first_release(
    acme: TenantRef, model: type, table: str, columns: list[str]
) -> None:
    assert model._meta.db_table == table  # type: ignore[attr-defined]
    assert [field.column for field in model._meta.fields] == columns  # type: ignore[attr-defined]
    assert list(model.objects.all()) == []  # type: ignore[attr-defined]
    assert table in connection.introspection.table_names()
