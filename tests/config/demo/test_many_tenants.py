"""`manage.py demo --tenants N`: tenants like any other, with made-up requests."""

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.demo.many_tenants import DAYS
from core.accounts.models import User
from core.recruiting.models import Position
from tenants.context import tenant_scope
from tenants.counters.summary import count_days
from tenants.counters.tenant_list import ListedTenant, list_tenants
from tenants.models import Tenant
from tenants.provisioning import lifecycle
from tenants.registry import require_tenant


@pytest.fixture
def made(autocommit: None) -> Iterator[list[str]]:
    before = set(Tenant.objects.values_list("slug", flat=True))
    printed = StringIO()
    call_command("demo", "--tenants", "5", "--json", stdout=printed)
    slugs = sorted(set(Tenant.objects.values_list("slug", flat=True)) - before)
    assert json.loads(printed.getvalue())["tenants"] == len(slugs) == 5
    yield slugs
    for slug in slugs:
        lifecycle.delete_tenant(slug)


def row_of(slug: str) -> ListedTenant:
    # The slug is the first one after what sorts before it.
    return list_tenants(after=slug[:-1], limit=1).tenants[0]


def test_sample_tenants_have_what_their_counters_say(made: list[str]) -> None:
    for slug in made:
        row, tenant = row_of(slug), require_tenant(slug)
        with tenant_scope(tenant):
            has = User.objects.count(), Position.objects.count()
        assert (row.users, row.positions) == has
        days = count_days(tenant, days=DAYS)
        assert sum(day.requests for day in days) > 0
        assert row.last_active_at is not None


def test_a_production_gets_none_unasked(autocommit: None, settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="This is a production"):
        call_command("demo", "--tenants", "1")
