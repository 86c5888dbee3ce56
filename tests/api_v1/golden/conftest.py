"""A tenant for golden scripts, and the one way to write them anew: `make golden`."""

from collections.abc import Iterator

import pytest
from django.db import connections

from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-golden", action="store_true", help="write the golden replies anew, don't compare"
    )


@pytest.fixture
def golden_tenant(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[CreatedTenant]:
    """A tenant without a past: its numbers start at 1, and what one request writes the next one finds committed."""
    with django_db_blocker.unblock():
        created = lifecycle.create_tenant("golden", name="Golden", owner_email="owner@golden.test")
        try:
            yield created
        finally:
            connections.close_all()
            lifecycle.delete_tenant("golden")
