"""The operators' console in Chromium: every page in both colour schemes, wide and on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from core.accounts.models import User
from tenants.database.owner import owner_connection
from tenants.operators.accounts import create_operator
from tenants.provisioning import lifecycle
from tests.browser.visits import Site, find_barriers, overflows, sign_in
from tests.tenants.operators.console.pages import addresses

EMAIL, PASSWORD = "ops@happo.test", "a long way to Tipperary"
pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def tenant(site: Site) -> Iterator[str]:
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("TRUNCATE tenants_operatorattemptcounter, django_session")
        cursor.execute("TRUNCATE accounts_user CASCADE")
    create_operator(EMAIL, password=PASSWORD)
    lifecycle.create_tenant(
        "looked-at", name="Looked At", owner_email="o@looked.test", sandbox=True
    )
    yield "looked-at"
    lifecycle.delete_tenant("looked-at")
    with owner_connection():
        User.objects.all()._raw_delete("default")


@pytest.mark.parametrize(
    ("scheme", "phone"),
    [("light", False), ("dark", False), ("light", True)],
    ids=["light", "dark", "phone"],
)
def test_every_page_is_accessible_and_as_wide_as_its_window(
    site: Site, axe: str, tenant: str, scheme: str, phone: bool
) -> None:
    barriers, wide = [], []
    with site.visit(scheme=scheme, phone=phone) as page:
        page.goto(site.url("/admin/"))
        barriers += find_barriers(page, axe)
        sign_in(page, site.url("/admin/"), email=EMAIL, password=PASSWORD)
        for address in addresses(tenant):
            page.goto(site.url(address))
            barriers += find_barriers(page, axe)
            wide += [address] if overflows(page) else []
    assert barriers == []
    assert wide == []


def test_an_operator_suspends_a_tenant_by_keyboard_and_resumes_it(site: Site, tenant: str) -> None:
    with site.visit() as page:
        sign_in(page, site.url(f"/admin/tenants/{tenant}/"), email=EMAIL, password=PASSWORD)
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
