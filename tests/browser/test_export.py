"""The owner's exports in Chromium: one that is made in the background appears by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from core.accounts.models import User
from tenants.context import TenantRef, tenant_scope
from tenants.exports.jobs import make_export
from tenants.exports.models import Export
from tenants.provisioning import lifecycle
from tests.api_v1.console.conftest import register
from tests.browser.tenants_users import sign_in
from tests.browser.visits import Site, find_faults

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
HOST = "taken-home.localhost"


@pytest.fixture
def tenant(site: Site) -> Iterator[TenantRef]:
    made = lifecycle.create_tenant("taken-home", name="Taken Home", owner_email="o@home.test")
    with tenant_scope(made.ref):
        register("olivia@home.test", rights="owner")
    yield made.ref
    lifecycle.delete_tenant("taken-home")


def test_an_export_becomes_ready_before_the_eyes_of_its_owner(
    site: Site, axe: str, tenant: TenantRef
) -> None:
    with site.visit() as page:
        with tenant_scope(tenant):
            olivia = User.objects.get(email="olivia@home.test")
        sign_in(page, site, olivia, tenant=tenant, host=HOST)
        page.goto(site.url("/admin/export/", host=HOST))
        page.get_by_role("button", name="Make an export").click()
        expect(page.get_by_text("waiting", exact=True)).to_be_visible()
        with tenant_scope(tenant):
            make_export.run(export_id=str(Export.objects.get().id))
        expect(page.get_by_text("ready", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Download the export of")).to_be_visible()
        assert find_faults(page, axe) == []
        page.get_by_role("button", name="Delete the export of").click()
        expect(page.get_by_text("There is no export.")).to_be_visible()
