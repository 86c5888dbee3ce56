"""The operators' console in Chromium: every page in both colour schemes, wide and on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from core.accounts.models import User
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.browser.operators import sign_in, the_only_operator
from tests.browser.visits import Site, find_faults
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


def test_every_page_is_accessible_in_both_schemes_and_on_a_phone(
    site: Site, axe: str, operator: User, tenant: CreatedTenant
) -> None:
    with site.visit() as page:
        page.goto(site.url("/admin/"))
        faults = find_faults(page, axe)
        sign_in(page, site, operator)
        for address in addresses(tenant, operator):
            page.goto(site.url(address))
            faults += find_faults(page, axe)
    assert faults == []


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


def test_an_operator_replaces_a_key_which_is_worth_nothing_from_then_on(
    site: Site, operator: User, tenant: CreatedTenant
) -> None:
    with site.visit() as page:
        sign_in(page, site, operator)
        page.goto(site.url("/admin/tenants/looked-at/keys/"))
        page.locator("#key_email").fill(tenant.owner_email)
        page.get_by_role("button", name="Create a key").click()
        key = page.locator("#api-key").inner_text()
        page.get_by_role("button", name="Copy").first.click()
        assert page.evaluate("navigator.clipboard.readText()") == key
        page.goto(site.url("/admin/tenants/looked-at/keys/"))
        assert key not in page.content()
        page.get_by_role("link", name=tenant.api_key[-4:]).click()
        page.get_by_role("button", name="Revoke").click()
        page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
        expect(page.get_by_role("status").first).to_be_visible()
        assert status_with(page, site, key) == 200
        assert status_with(page, site, tenant.api_key) == 401


def status_with(page: Page, site: Site, key: str) -> int:
    answer = page.request.get(
        site.url("/v1/positions"),
        headers={"Authorization": f"Bearer {key}", "x-happo-api-version": "v20261201"},
    )
    return answer.status
