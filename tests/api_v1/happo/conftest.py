"""People of the Happo API's tests: Anna makes positions, the others are invited or strangers."""

import pytest

from core.recruiting.models import Position
from tenants.context import TenantRef
from tests.recruiters import Recruiter, anna, recruiter

__all__ = ["anna"]


def _collaborator(email: str, position: Position, *, as_: str) -> Recruiter:
    invited = recruiter(email)
    invited.joins(position, as_=as_)
    return invited


@pytest.fixture
def admin(acme: TenantRef, position: Position) -> Recruiter:
    return _collaborator("adam@acme.test", position, as_="admin")


@pytest.fixture
def client(acme: TenantRef, position: Position) -> Recruiter:
    return _collaborator("carl@customer.test", position, as_="client")


@pytest.fixture
def supplier(acme: TenantRef, position: Position) -> Recruiter:
    return _collaborator("sue@agency.test", position, as_="supplier")


@pytest.fixture
def colleague(acme: TenantRef, position: Position) -> Recruiter:
    """Another supplier of the same company."""
    return _collaborator("cole@agency.test", position, as_="supplier")


@pytest.fixture
def rival(acme: TenantRef, position: Position) -> Recruiter:
    """A supplier of another company."""
    return _collaborator("rita@rival.test", position, as_="supplier")


@pytest.fixture
def stranger(acme: TenantRef) -> Recruiter:
    """In the tenant, but invited to nothing."""
    return recruiter("stan@acme.test")


@pytest.fixture
def position(anna: Recruiter) -> Position:
    return anna.position(title="Software Tester")
