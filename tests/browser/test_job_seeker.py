"""A job seeker's pages in Chromium: charts of the metrics, why an application says what it says, mailboxes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail.models import UserMailbox
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning import lifecycle
from tests.api_v1.console.conftest import register
from tests.browser.tenants_users import sign_in
from tests.browser.visits import Site, find_faults
from tests.core.mail.received import receive
from tests.mail.indeed import receipt, refusal
from tests.mail.linkedin import Job, confirmation
from tests.processes import eventually

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
HOST = "seeking.localhost"
UPLOT = Path(__file__).parents[2] / "tenants" / "static" / "console" / "uplot"


@dataclass(frozen=True)
class Seeker:
    """Who looks for a job."""

    tenant: TenantRef
    user: User

    def open(self, page: Page, site: Site, path: str) -> None:
        """Sign in, and open a page."""
        sign_in(page, site, self.user, tenant=self.tenant, host=HOST)
        page.goto(site.url(path, host=HOST))


@pytest.fixture(scope="module")
def seeker(site: Site) -> Iterator[Seeker]:
    made = lifecycle.create_tenant("seeking", name="Seeking", owner_email="olivia@seeking.test")
    with tenant_scope(made.ref):
        user = register("jo@seeking.test")
        no = replace(refusal("Chef", "Acme"), sent="Wed, 30 Sep 2026 09:30:00 +0000")
        cook = confirmation(Job(title="Cook", company="Globex", number=7))
        receive(user, receipt("Chef", "Acme"), no, cook)
        now = timezone.now()
        UserMailbox.objects.create(
            user=user,
            plugin="imap",
            account="jo@mail.example:993",
            address="jo@mail.example",
            settings={"host": "mail.example", "port": 993, "username": "jo", "folders": ["Jobs"]},
            failure="timeout",
            failed_at=now,
            synced_at=now,
            found={"messages": 120, "mails": 3, "applications": 2, "updates": 1, "failed": 1},
            failed_mails=[{"id": "812", "reason": "too-large", "at": now.isoformat()}],
        )
        Application.objects.bulk_create(
            Application(
                user=user,
                status_id=1 + number % 5,
                job_title=f"Cook of the {number % 7}th kitchen in a long title",
                company=f"Restaurant {number % 15}",
                source=("Hired.com", "LinkedIn", "Indeed", "Vettery", "Monster")[number % 5],
                apply_date=timezone.now() - timedelta(days=number * 7),
            )
            for number in range(40)
        )
    yield Seeker(made.ref, user)
    lifecycle.delete_tenant("seeking")


def inked_charts(page: Page) -> list[bool]:
    """Return for each figure whether its chart shows more than the axes: pixels of a series' colour."""
    found: list[bool] = page.evaluate(
        """() => [...document.querySelectorAll("figure[data-plot]")].map((figure) => {
          const canvas = figure.querySelector("canvas");
          const probe = document.createElement("canvas").getContext("2d");
          probe.fillStyle = colour("--series-1");
          probe.fillRect(0, 0, 1, 1);
          const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          for (let at = 0; at < data.length; at += 4)
            if (data[at] === r && data[at + 1] === g && data[at + 2] === b) return true;
          return false;
        })"""
    )
    return found


def test_a_mail_is_taken_back_that_says_rejected(site: Site, seeker: Seeker) -> None:
    with site.visit() as page:
        seeker.open(page, site, "/app/applications/?q=Chef")
        page.get_by_role("link", name="Chef").click()
        page.get_by_role("link", name="the mail of").click()
        page.get_by_role("button", name="Take this mail back").last.click()
        page.get_by_role("dialog").get_by_role("button", name="Take this mail back").click()
        expect(page.get_by_text("The mail is taken back.")).to_be_visible()
        expect(page.get_by_text("It says “rejected”")).to_have_count(0)
    with tenant_scope(seeker.tenant):
        assert not Application.objects.get(job_title="Chef").is_rejected


def test_a_forwarding_address_is_made_copied_renewed_and_removed(
    site: Site, seeker: Seeker
) -> None:
    with site.visit() as page:
        seeker.open(page, site, "/app/mailboxes/")
        page.get_by_role("button", name="Make an address").click()
        address = page.locator("#forwarding-address")
        expect(address).to_contain_text("@in.example")
        first = address.inner_text()
        page.get_by_role("button", name="Copy forwarding-address").click()
        expect(page.get_by_text("Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == first
        page.get_by_role("button", name="Renew the address").click()
        page.get_by_role("dialog").get_by_role("button", name="Renew the address").click()
        expect(address).not_to_have_text(first)
        card = page.get_by_role("region", name="Your forwarding address")
        card.get_by_role("button", name="Pause").click()
        card.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("The mailbox is read again.")).to_be_visible()
        card.get_by_role("button", name="Remove", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        expect(page.get_by_text("Your forwarding address")).to_have_count(0)


def test_the_script_of_the_charts_is_the_librarys(node_modules: Path) -> None:
    for name in ("uPlot.iife.min.js", "uPlot.min.css"):
        assert (UPLOT / name).read_bytes() == (node_modules / "uplot" / "dist" / name).read_bytes()


def test_the_charts_are_drawn_in_the_colours_of_both_schemes_with_their_numbers(
    site: Site, axe: str, seeker: Seeker
) -> None:
    with site.visit() as page:
        seeker.open(page, site, "/app/metrics/")
        expect(page.locator("canvas")).to_have_count(5)
        # The library draws after it has made the canvas.
        assert eventually(lambda: inked_charts(page) == [True] * 5)
        page.emulate_media(color_scheme="dark")
        assert eventually(lambda: inked_charts(page) == [True] * 5)
        page.emulate_media(color_scheme="light")
        page.get_by_text("The numbers").first.click()
        expect(page.get_by_role("columnheader", name="Month").first).to_be_visible()
        faults = find_faults(page, axe)
        # With rows: that pages without any are accessible is tested for all of them.
        for path in ("/app/mailboxes/", "/app/applications/", "/app/applications/?q=Chef"):
            page.goto(site.url(path, host=HOST))
            faults += find_faults(page, axe)
        page.get_by_role("link", name="Chef").click()
        assert faults + find_faults(page, axe) == []
