"""A tenant that the tests of a file share."""

import secrets
from collections.abc import Iterator

import pytest
from django.db import connections

from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant


@pytest.fixture(scope="module")
def committed_tenant(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[CreatedTenant]:
    """A tenant without a transaction round the tests, in place of one for each test: making one takes long."""
    with django_db_blocker.unblock():
        created = lifecycle.create_tenant(
            f"t{secrets.token_hex(4)}", name="Of one file", owner_email="owner@one.test"
        )
        try:
            yield created
        finally:
            connections.close_all()
            lifecycle.delete_tenant(created.ref.slug)
