"""The figures of the installation and of a tenant, as the counters of the database have them."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from core.accounts.models import User
from tenants.context import tenant_scope
from tenants.counters.counting import RequestCounters
from tenants.counters.measuring import measure
from tenants.provisioning.lifecycle import CreatedTenant


@pytest.fixture
def busy(operator: User, committed_tenant: CreatedTenant) -> CreatedTenant:
    """A tenant with 1,234 requests today, three of them failed."""
    counters = RequestCounters(clock=lambda: datetime.now(UTC))
    for number in range(1234):
        counters.count(committed_tenant.ref.slug, status=500 if number < 3 else 200)
    counters.write()
    with tenant_scope(committed_tenant.ref):
        measure.run()
    return committed_tenant


def test_home_and_overview_show_what_was_counted(browser: Client, busy: CreatedTenant) -> None:
    home = browser.get("/admin/").content.decode()
    assert f'<a href="/admin/tenants/{busy.ref.slug}/">' in home
    overview = browser.get(f"/admin/tenants/{busy.ref.slug}/").content.decode()
    today = f"{datetime.now(UTC):%-d %b}"
    assert f"<title>{today}: 1,234 requests</title>" in overview
    assert f"<title>{today}: 3 errors</title>" in overview


def test_home_says_that_no_provisioning_worker_runs(browser: Client) -> None:
    assert "No provisioning worker is running" in browser.get("/admin/").content.decode()


def test_the_list_shows_sizes_and_filters_by_schema(browser: Client, busy: CreatedTenant) -> None:
    link = f'href="/admin/tenants/{busy.ref.slug}/"'
    shown = browser.get("/admin/tenants/?schema=current").content.decode()
    assert link in shown
    assert "10.0" in shown
    assert link not in browser.get("/admin/tenants/?schema=older").content.decode()
