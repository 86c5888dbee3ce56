"""People of the Happo API's tests: Anna makes positions, the others are invited or strangers."""

import pytest

from core.recruiting.models import Position
from tenants.context import TenantRef
from tests.api_v1.happo.people import Person, person


@pytest.fixture
def anna(acme: TenantRef) -> Person:
    """Creates positions."""
    return person("anna@acme.test")


@pytest.fixture
def admin(acme: TenantRef, position: Position) -> Person:
    found = person("adam@acme.test")
    found.joins(position, as_="admin")
    return found


@pytest.fixture
def client(acme: TenantRef, position: Position) -> Person:
    found = person("carl@customer.test")
    found.joins(position, as_="client")
    return found


@pytest.fixture
def supplier(acme: TenantRef, position: Position) -> Person:
    found = person("sue@agency.test")
    found.joins(position, as_="supplier")
    return found


@pytest.fixture
def colleague(acme: TenantRef, position: Position) -> Person:
    """Another supplier of the same company."""
    found = person("cole@agency.test")
    found.joins(position, as_="supplier")
    return found


@pytest.fixture
def rival(acme: TenantRef, position: Position) -> Person:
    """A supplier of another company."""
    found = person("rita@rival.test")
    found.joins(position, as_="supplier")
    return found


@pytest.fixture
def stranger(acme: TenantRef) -> Person:
    """In the tenant, but invited to nothing."""
    return person("stan@acme.test")


@pytest.fixture
def position(anna: Person) -> Position:
    return anna.position(title="Software Tester")
