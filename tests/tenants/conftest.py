"""Tenants without a transaction round the test, for what transactions would hide."""

from collections.abc import Iterator

import pytest

from tenants.context import TenantRef
from tenants.provisioning.lifecycle import CreatedTenant
from tests.database import copied_database
from tests.made_tenants import made_tenant


@pytest.fixture(scope="module")
def own_database(
    migrated: str, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[str]:
    """A database of this file alone: what is done to it must not reach the tenants of other tests."""
    with django_db_blocker.unblock(), copied_database(migrated) as name:
        yield name


@pytest.fixture(scope="module")
def tenant_of_file(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[CreatedTenant]:
    """A tenant of a file's tests that leave nothing behind which another of them would see: making one takes long."""
    with django_db_blocker.unblock(), made_tenant("Of one file") as created:
        yield created


@pytest.fixture
def first(created_acme: CreatedTenant, autocommit: None) -> TenantRef:
    return created_acme.ref


@pytest.fixture
def second(created_globex: CreatedTenant, autocommit: None) -> TenantRef:
    return created_globex.ref
