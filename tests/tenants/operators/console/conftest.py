"""A tenant that the tests of a file share, and the slug of one that a test may have made."""

import secrets
from collections.abc import Iterator

import pytest
from django.test import Client

from tenants.database.owner import owner_connection
from tenants.models import Tenant
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.provisioning.models import ProvisioningRequest
from tests.made_tenants import made_tenant


@pytest.fixture(scope="module")
def committed_tenant(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[CreatedTenant]:
    """A tenant without a transaction round the tests, in place of one for each test: making one takes long."""
    with django_db_blocker.unblock(), made_tenant("Of one file") as created:
        yield created


@pytest.fixture
def slug(browser: Client) -> Iterator[str]:
    """The slug of a tenant that the test may request, first of all; afterwards neither request nor tenant is left."""
    slug = f"new{secrets.token_hex(4)}"
    _forget_requests()
    yield slug
    _forget_requests()
    if Tenant.objects.filter(slug=slug).exists():
        lifecycle.delete_tenant(slug)


def _forget_requests() -> None:
    """Delete the requests, also those that tests of other files have left."""
    with owner_connection():
        ProvisioningRequest.objects.all().delete()
