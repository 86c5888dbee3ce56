"""Two job seekers."""

import pytest

from core.accounts.models import User
from tenants.context import TenantRef


@pytest.fixture
def seeker(acme: TenantRef) -> User:
    return User.objects.create(email="joe@jobs.test", is_registered=True)


@pytest.fixture
def stranger(acme: TenantRef) -> User:
    return User.objects.create(email="ann@jobs.test", is_registered=True)
