"""An operator, and a browser that it has logged in with."""

import pytest
from django.test import Client

from core.accounts.models import User
from tenants.audit.schema import forget_log
from tenants.database.owner import owner_connection
from tenants.operators.accounts import create_operator

PASSWORD = "a long way to Tipperary"


@pytest.fixture
def operator(autocommit: None) -> User:
    """An operator with all rights; nothing of operators and their worker is there that another test has left."""
    # On one connection: each takes longer than what is done on it.
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(
            "TRUNCATE accounts_user, tenants_auditentry, tenants_operatorattemptcounter,"
            " tenants_provisioningrequest, tenants_provisioningworker CASCADE"
        )
        forget_log(owner, "public")
        return create_operator("Ops@Happo.test", password=PASSWORD)


@pytest.fixture
def browser(operator: User) -> Client:
    client = Client()
    answer = client.post(
        "/admin/login/", {"username": "ops@happo.test", "password": PASSWORD, "next": "/admin/"}
    )
    assert answer.status_code == 302
    return client
