"""The time limits of the application's log-in: PostgreSQL ends what takes too long, and clients get a 503."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from core.accounts.models import User
from tenants.context import public_scope, tenant_scope
from tenants.database.owner import owner_connection
from tenants.database.time_limits import TIME_LIMITS, limit_application_role
from tenants.provisioning.lifecycle import CreatedTenant
from tests.database import login_of


def setting(login: dict, name: str) -> str:
    with psycopg.connect(login_of(login)) as other:
        return other.execute(f"SHOW {name}").fetchone()[0]


@pytest.mark.parametrize("name", TIME_LIMITS)
def test_the_applications_role_has_each_limit_and_the_owners_has_none(
    autocommit: None, name: str
) -> None:
    assert setting(settings.DATABASES["default"], name) not in ("0", "")
    assert setting(settings.OWNER_DATABASE, name) == "0"
    assert name not in settings.DATABASES["default"]["OPTIONS"].get("options", "")


def test_a_command_of_the_owner_keeps_no_limit_inside_a_tenant(
    committed_tenant: CreatedTenant,
) -> None:
    with (
        owner_connection() as owner,
        tenant_scope(committed_tenant.ref),
        owner.cursor() as cursor,
    ):
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_a_limit_that_an_operator_has_set_stays(autocommit: None) -> None:
    application = settings.DATABASES["default"]
    with psycopg.connect(login_of(application), autocommit=True) as role:
        role.execute("ALTER ROLE CURRENT_USER SET lock_timeout = '7s'")
        try:
            limit_application_role()
            assert setting(application, "lock_timeout") == "7s"
            role.execute("ALTER ROLE CURRENT_USER RESET lock_timeout")
            limit_application_role()
            assert setting(application, "lock_timeout") == TIME_LIMITS["lock_timeout"]
        finally:
            role.execute("ALTER ROLE CURRENT_USER RESET lock_timeout")
            limit_application_role()


@pytest.fixture
def locked(committed_tenant: CreatedTenant) -> Iterator[CreatedTenant]:
    """A tenant whose positions another transaction has locked; this thread's statements wait 50 ms for them."""
    with tenant_scope(committed_tenant.ref):
        assert User.objects.exists()
    with psycopg.connect(login_of(settings.OWNER_DATABASE)) as other:
        other.execute(f"LOCK TABLE {committed_tenant.ref.schema_name}.recruiting_position")
        connection.connection.execute("SET lock_timeout TO 50")
        yield committed_tenant
        other.rollback()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_that_waits_too_long_for_a_lock_is_a_503(
    locked: CreatedTenant, method: str
) -> None:
    answer = Client().generic(
        method,
        "/v1/positions",
        b'{"title": "Tester"}' if method == "POST" else b"",
        content_type="application/json",
        headers={
            "authorization": f"Bearer {locked.api_key}",
            "x-happo-api-version": "v20261201",
        },
    )
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "unavailable"


def test_a_request_whose_statement_takes_too_long_is_a_503(locked: CreatedTenant) -> None:
    connection.connection.execute("SET lock_timeout TO 0")
    connection.connection.execute("SET statement_timeout TO 50")
    answer = Client().get(
        "/v1/positions",
        headers={
            "authorization": f"Bearer {locked.api_key}",
            "x-happo-api-version": "v20180701",
        },
    )
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_a_page_of_the_admin_that_takes_too_long_is_a_503(committed_tenant: CreatedTenant) -> None:
    with public_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    with psycopg.connect(login_of(settings.OWNER_DATABASE)) as other:
        other.execute("LOCK TABLE public.tenants_operatorsession, public.accounts_user")
        connection.connection.execute("SET lock_timeout TO 50")
        answer = Client(raise_request_exception=False).post(
            "/admin/login/", {"username": "ops@happo.test", "password": "a long way"}
        )
        other.rollback()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
