"""A tenant of one file with some sealed entries, and the database's owner, who may tamper with them."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.db import transaction

from core.accounts.services import register_confirmed_user
from tenants.audit.logs import Log
from tenants.audit.sealing import seal_new_entries
from tenants.context import tenant_scope
from tenants.database.owner import owner_connection
from tests.made_tenants import made_tenant

Tamper = Callable[..., None]
_numbers = count()


@pytest.fixture(scope="module")
def module_log(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Log]:
    with django_db_blocker.unblock(), made_tenant("Audited") as created:
        log = Log(created.ref)
        write(log, 3)
        seal_new_entries()
        yield log


@pytest.fixture
def log(module_log: Log, autocommit: None) -> Log:
    """A tenant's log, sealed."""
    seal_new_entries()
    return module_log


@pytest.fixture
def tamper(log: Log) -> Iterator[Tamper]:
    """Run SQL as the owner, in the tenant's schema. All that the test does is rolled back."""
    with owner_connection() as owner, transaction.atomic():

        def run(*statements: str) -> None:
            with owner.schema_search_path(log.schema), owner.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)

        yield run
        transaction.set_rollback(True)


def write(log: Log, number: int) -> None:
    """Register users in the tenant, with an entry for each."""
    assert log.tenant is not None
    with tenant_scope(log.tenant):
        for _ in range(number):
            register_confirmed_user(f"{next(_numbers)}@one.test")
