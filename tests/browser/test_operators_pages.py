"""The operators' console in Chromium: every page in both colour schemes, wide and on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from core.accounts.models import User
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.browser.operators import sign_in, the_only_operator
from tests.browser.visits import Site, find_barriers, overflows
from tests.tenants.operators.console.pages import addresses

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def operator(site: Site) -> Iterator[User]:
    with the_only_operator() as operator:
        yield operator


@pytest.fixture(scope="module")
def tenant(site: Site) -> Iterator[CreatedTenant]:
    owner = "olivia@looked.test"
    yield lifecycle.create_tenant("looked-at", name="Looked At", owner_email=owner, sandbox=True)
    lifecycle.delete_tenant("looked-at")


@pytest.mark.parametrize(
    ("scheme", "phone"),
    [("light", False), ("dark", False), ("light", True)],
    ids=["light", "dark", "phone"],
)
def test_every_page_is_accessible_and_as_wide_as_its_window(
    site: Site, axe: str, operator: User, tenant: CreatedTenant, scheme: str, phone: bool
) -> None:
    barriers, wide = [], []
    with site.visit(scheme=scheme, phone=phone) as page:
        page.goto(site.url("/admin/"))
        barriers += find_barriers(page, axe)
        sign_in(page, site, operator)
        for address in addresses(tenant, operator):
            page.goto(site.url(address))
            barriers += find_barriers(page, axe)
            wide += [address] if overflows(page) else []
    assert barriers == []
    assert wide == []


def test_an_operator_suspends_a_tenant_by_keyboard_and_resumes_it(
    site: Site, operator: User, tenant: CreatedTenant
) -> None:
    with site.visit() as page:
        sign_in(page, site, operator)
        page.goto(site.url("/admin/tenants/looked-at/"))
        page.get_by_role("button", name="Suspend").focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Suspend this tenant?")
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        page.keyboard.press("Enter")
        dialog.get_by_role("button", name="Suspend").click()
        expect(page.get_by_role("status")).to_contain_text("looked-at is suspended")
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_role("status")).to_contain_text("looked-at is active")
