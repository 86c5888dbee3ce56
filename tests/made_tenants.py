"""Tenants that tests make and delete, committed, for threads, processes and crashes."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant


@contextmanager
def made_tenant(name: str) -> Iterator[CreatedTenant]:
    """A tenant with a slug that no other test has; it is deleted afterwards."""
    created = lifecycle.create_tenant(
        f"t{secrets.token_hex(4)}", name=name, owner_email="owner@one.test"
    )
    try:
        yield created
    finally:
        connections.close_all()
        lifecycle.delete_tenant(created.ref.slug)
