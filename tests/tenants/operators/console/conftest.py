"""A tenant that the tests of a file share."""

from collections.abc import Iterator

import pytest

from tenants.provisioning.lifecycle import CreatedTenant
from tests.made_tenants import made_tenant


@pytest.fixture(scope="module")
def committed_tenant(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[CreatedTenant]:
    """A tenant without a transaction round the tests, in place of one for each test: making one takes long."""
    with django_db_blocker.unblock(), made_tenant("Of one file") as created:
        yield created
