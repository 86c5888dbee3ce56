"""An operator with all rights, and a slug for a tenant that it asks for."""

import secrets
from collections.abc import Iterator

import pytest

from core.accounts.models import User
from tenants.database.owner import owner_connection
from tenants.models import Tenant
from tenants.operators.accounts import remove_operator
from tenants.provisioning import lifecycle
from tenants.provisioning.models import ProvisioningRequest
from tests.tenants.provisioning.requests import new_operator


@pytest.fixture
def operator(autocommit: None) -> Iterator[User]:
    """An operator with all rights; no request is there, also none that tests of other files have left."""
    with owner_connection():
        ProvisioningRequest.objects.all().delete()
        operator = new_operator()
    yield operator
    with owner_connection():
        ProvisioningRequest.objects.all().delete()
        remove_operator(operator.email)


@pytest.fixture
def slug(autocommit: None) -> Iterator[str]:
    """A slug that no tenant has; a tenant that the test makes of it is deleted."""
    slug = f"asked{secrets.token_hex(4)}"
    yield slug
    if Tenant.objects.filter(slug=slug).exists():
        lifecycle.delete_tenant(slug)
