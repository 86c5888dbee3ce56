"""The people of a tenant's console."""

import pytest

from core.accounts.models import User
from core.accounts.services import register_confirmed_user
from tenants.context import TenantRef, tenant_scope
from tests.api_v1.console.browser import Browser
from tests.api_v1.jobhax.conftest import standin
from tests.job_seekers import PASSWORD

__all__ = ["standin"]


def register(email: str, *, rights: str = "") -> User:
    """Return a user of the active tenant with the password of the tests; `rights`: `staff`, or `owner`."""
    user = register_confirmed_user(email, password=PASSWORD)
    if rights == "owner":
        User.objects.filter(is_superuser=True).update(is_superuser=False)
    user.is_superuser, user.is_staff = rights == "owner", bool(rights)
    user.save()
    return user


@pytest.fixture
def owner(acme: TenantRef) -> User:
    return register("owner@acme.test", rights="owner")


@pytest.fixture
def staff(acme: TenantRef) -> User:
    return register("staff@acme.test", rights="staff")


@pytest.fixture
def joe(acme: TenantRef) -> User:
    return register("joe@smith.test")


@pytest.fixture
def foreign_owner(globex: TenantRef) -> User:
    """The owner of another tenant."""
    with tenant_scope(globex):
        return register("other@globex.test", rights="owner")


@pytest.fixture
def browser(acme: TenantRef) -> Browser:
    """A browser in which no user is signed in."""
    return Browser()
