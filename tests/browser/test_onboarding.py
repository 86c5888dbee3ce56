"""A tenant is taken in, and deleted and given back, in a browser; with the provisioning worker as a process."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.accounts.models import User
from tenants.models import Tenant
from tenants.provisioning import lifecycle
from tenants.provisioning.requests import is_worker_running
from tests.browser.operators import sign_in, the_only_operator
from tests.browser.visits import Site, find_barriers, overflows
from tests.forking.processes import Forked
from tests.programs import required_program
from tests.servers import server_environment
from tests.waiting import wait_until

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
SLUG = "northern-lights"


@pytest.fixture(scope="module")
def operator(site: Site) -> Iterator[User]:
    with the_only_operator() as operator:
        yield operator


@pytest.fixture(scope="module")
def worker(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    process = Forked(
        ["manage.py", "worker", "--provisioning"],
        environment=server_environment(tmp_path_factory.mktemp("worker")),
    )
    try:
        wait_until(is_worker_running, seconds=100)
        yield
    finally:
        process.terminate()
        process.wait(60)
    if is_there():
        lifecycle.delete_tenant(SLUG)


def is_there() -> bool:
    return bool(Tenant.objects.filter(slug=SLUG).exists())


@pytest.mark.usefixtures("worker")
def test_a_tenant_is_taken_in_and_the_curl_of_its_page_works(
    site: Site, operator: User, axe: str, tmp_path: Path
) -> None:
    curl = required_program("curl", package="curl")
    with site.visit() as page:
        sign_in(page, site, operator)
        page.goto(site.url("/admin/tenants/"))
        # Where there is no tenant yet, the page offers it twice.
        page.get_by_role("link", name="New tenant").first.click()
        page.get_by_label("Name", exact=True).press_sequentially("Northern Lights")
        assert page.get_by_label("Slug").input_value() == SLUG
        page.get_by_text(f"Free. Its host is {SLUG}.localhost.").wait_for()
        page.get_by_label("Owner's e-mail address").fill("olga@northern.test")
        assert find_barriers(page, axe) == []
        page.get_by_role("button", name="Create the tenant").click()
        page.get_by_role("heading", name="Credentials").wait_for()
        assert find_barriers(page, axe) == []
        key = page.locator("#api-key").inner_text()
        page.get_by_role("button", name="Copy first-request").click()
        pasted = page.evaluate("navigator.clipboard.readText()")
        assert key in pasted
        ran = subprocess.run(
            ["/bin/sh", "-c", pasted.replace("curl", f"{curl} --silent --fail", 1)],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert (ran.returncode, '"data"' in ran.stdout) == (0, True), ran
        page.goto(site.url(f"/admin/tenants/{SLUG}/"))
        assert key not in page.content()


@pytest.mark.usefixtures("worker")
def test_a_tenant_is_deleted_and_given_back(site: Site, operator: User, axe: str) -> None:
    if not is_there():
        lifecycle.create_tenant(SLUG, name="Northern Lights", owner_email="o@northern.test")
    with site.visit(phone=True, scheme="dark") as page:
        sign_in(page, site, operator)
        page.goto(site.url(f"/admin/tenants/{SLUG}/"))
        page.get_by_role("link", name="Danger").click()
        assert find_barriers(page, axe) == []
        assert not overflows(page)
        page.get_by_label(f"Type {SLUG} to confirm").fill(SLUG)
        page.get_by_role("button", name="Delete the tenant").click()
        page.get_by_text("Done.").wait_for()
        page.goto(site.url(f"/admin/tenants/{SLUG}/danger/"))
        page.get_by_role("button", name="Undo the deletion").click()
        page.get_by_text("Done.").wait_for()
        page.goto(site.url(f"/admin/tenants/{SLUG}/"))
        page.get_by_text("active").first.wait_for()
