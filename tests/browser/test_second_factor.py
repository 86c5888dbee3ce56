"""An operator sets up an authenticator in Chromium, and signs in with it from then on."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from core.accounts.models import User
from tests.browser.operators import EMAIL, PASSWORD, the_only_operator
from tests.browser.visits import Site, find_barriers, give_password
from tests.tenants.operators.authenticator import Authenticator

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def operator(site: Site) -> Iterator[User]:
    with the_only_operator() as operator:
        yield operator


def enter_code(page: Page, code: str, *, button: str) -> None:
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name=button).click()


def test_an_operator_sets_up_an_authenticator_and_signs_in_with_it(
    site: Site, operator: User, axe: str
) -> None:
    barriers = []
    with site.visit() as page:
        give_password(page, site.url("/admin/tenants/"), email=EMAIL, password=PASSWORD)
        expect(page).to_have_url(re.compile(r"/admin/account/second-factor/$"))
        barriers += find_barriers(page, axe)
        page.get_by_role("button", name="Set up an authenticator").click()
        barriers += find_barriers(page, axe)
        authenticator = Authenticator(page.locator("#key").inner_text(), codes=2)
        expect(page.get_by_role("img", name="QR code of the key")).to_be_visible()
        enter_code(page, "000000", button="Use this authenticator")
        expect(page.get_by_text("This is not the code")).to_be_visible()
        enter_code(page, authenticator.code(), button="Use this authenticator")
        barriers += find_barriers(page, axe)
        recovery_code = page.locator("#recovery-codes").inner_text().split()[0]
        page.get_by_role("button", name="Copy").click()
        assert recovery_code in page.evaluate("navigator.clipboard.readText()")
        page.get_by_role("button", name="I have kept them").click()
        # Beside it the page says that no provisioning worker runs.
        done = page.get_by_role("status").filter(has_text="Your second factor is set up")
        expect(done).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
    with site.visit() as page:
        give_password(page, site.url("/admin/tenants/"), email=EMAIL, password=PASSWORD)
        barriers += find_barriers(page, axe)
        enter_code(page, authenticator.code(), button="Sign in")
        expect(page.get_by_role("heading", name="Tenants")).to_be_visible()
    with site.visit() as page:
        give_password(page, site.url("/admin/"), email=EMAIL, password=PASSWORD)
        enter_code(page, recovery_code, button="Sign in")
        page.get_by_role("button", name="Sign out").wait_for()
    assert barriers == []
