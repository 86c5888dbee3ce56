"""The pipeline of a position in Chromium: a recruiter moves candidates by mouse, keyboard, finger and at the side."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from core.accounts.models import User
from core.recruiting.models import Candidate, Position
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning import lifecycle
from tests.api_v1.console.conftest import register
from tests.browser.tenants_users import sign_in
from tests.browser.visits import Site, find_faults
from tests.factories import CandidateFactory, PositionFactory

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
HOST = "piped.localhost"


@dataclass(frozen=True)
class Recruiter:
    """Who has made the position."""

    tenant: TenantRef
    user: User
    position: Position

    def open(self, page: Page, site: Site) -> None:
        """Sign in, and open the pipeline."""
        path = f"/app/positions/{self.position.id}/pipeline/"
        sign_in(page, site, self.user, tenant=self.tenant, host=HOST)
        page.goto(site.url(path, host=HOST))
        expect(page.get_by_role("heading", name=self.position.title)).to_be_visible()

    def stack_of(self, name: str) -> tuple[str, str | None]:
        """Return the stack of a candidate, and why it is rejected."""
        with tenant_scope(self.tenant):
            found = Candidate.objects.get(name=name)
            return found.stack, found.rejection_reason


@pytest.fixture(scope="module")
def recruiter(site: Site) -> Iterator[Recruiter]:
    made = lifecycle.create_tenant("piped", name="Piped", owner_email="olivia@piped.test")
    with tenant_scope(made.ref):
        user = register("rita@piped.test")
        position = PositionFactory(created_by=user, title="Cook for the harbour")
        for name in ("Mouse", "Keys", "Touch", "Held", "Side", "Unfit"):
            CandidateFactory(position=position, name=name)
        for number in range(60):
            CandidateFactory(position=position, name=f"Applicant {number}", stack="application")
        CandidateFactory(position=position, name="Hira", stack="hired", description="<p>Hi</p>")
    yield Recruiter(made.ref, user, position)
    lifecycle.delete_tenant("piped")


def column(page: Page, place: str) -> Locator:
    return page.locator(f".board > [data-place={place}]")


def card(page: Page, name: str, *, place: str) -> Locator:
    return column(page, place).get_by_role("link", name=name, exact=True)


def hold_and_drag(page: Page, held: Locator, to: Locator) -> None:
    """Hold a card with one finger until it comes loose, and let it go over a column."""
    held.scroll_into_view_if_needed()
    start, end = held.bounding_box(), to.bounding_box()
    assert start
    assert end
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": start["x"] + 20, "y": start["y"] + 20})
    expect(page.locator("li.dragged")).to_have_count(1)
    y = start["y"] + 30
    for x in (start["x"] + 60, end["x"] + 10, end["x"] + 20):
        touch("touchMove", {"x": x, "y": y})
    expect(to).to_have_class("over")
    touch("touchEnd")


def test_a_recruiter_moves_and_rejects_candidates(site: Site, recruiter: Recruiter) -> None:
    with site.visit() as page:
        recruiter.open(page, site)
        card(page, "Mouse", place="longlist").drag_to(column(page, "interviewing"))
        expect(card(page, "Mouse", place="interviewing")).to_be_focused()
        assert recruiter.stack_of("Mouse") == ("interviewing", None)

        card(page, "Keys", place="longlist").focus()
        page.keyboard.press("Shift+ArrowRight")
        expect(card(page, "Keys", place="interesting")).to_be_focused()
        assert recruiter.stack_of("Keys") == ("interesting", None)
        page.keyboard.press("ArrowLeft")
        expect(column(page, "longlist").get_by_role("link").first).to_be_focused()

        card(page, "Side", place="longlist").click()
        side = page.get_by_role("complementary", name="Candidate")
        side.get_by_label("Stack").select_option("shortlist")
        side.get_by_role("button", name="Move", exact=True).click()
        expect(card(page, "Side", place="shortlist")).to_be_visible()
        expect(side.get_by_text("longlist → shortlist")).to_be_visible()

        card(page, "Unfit", place="longlist").drag_to(column(page, "rejected"))
        side.get_by_label("Reason").last.fill("no licence")
        side.get_by_role("button", name="Reject", exact=True).click()
        expect(card(page, "Unfit", place="rejected")).to_be_visible()
        assert recruiter.stack_of("Unfit") == ("longlist", "no licence")
        side.get_by_role("button", name="Take the rejection back").click()
        expect(card(page, "Unfit", place="longlist")).to_be_visible()
        assert recruiter.stack_of("Unfit") == ("longlist", None)


def test_more_candidates_come_into_their_column(site: Site, recruiter: Recruiter) -> None:
    with site.visit() as page:
        recruiter.open(page, site)
        links = column(page, "application").locator("li")
        expect(links).to_have_count(50)
        page.get_by_role("link", name="More of application").click()
        expect(links).to_have_count(60)
        expect(page.get_by_role("link", name="More of application")).to_have_count(0)


def test_a_candidate_is_moved_by_touch_at_the_side_and_by_holding_it(
    site: Site, recruiter: Recruiter
) -> None:
    with site.visit(phone=True) as page:
        recruiter.open(page, site)
        card(page, "Touch", place="longlist").tap()
        side = page.get_by_role("complementary", name="Candidate")
        side.get_by_label("Stack").select_option("interesting")
        side.get_by_role("button", name="Move", exact=True).tap()
        expect(card(page, "Touch", place="interesting")).to_have_count(1)
        assert recruiter.stack_of("Touch") == ("interesting", None)
        side.get_by_role("button", name="Close").tap()

        hold_and_drag(page, card(page, "Held", place="longlist"), column(page, "interesting"))
        expect(card(page, "Held", place="interesting")).to_have_count(1)
        assert recruiter.stack_of("Held") == ("interesting", None)
        expect(side).to_be_hidden()


def test_the_pipeline_is_accessible_with_a_card_at_its_side(
    site: Site, axe: str, recruiter: Recruiter
) -> None:
    with site.visit() as page:
        recruiter.open(page, site)
        faults = find_faults(page, axe)
        card(page, "Hira", place="hired").click()
        expect(page.get_by_role("complementary", name="Candidate")).to_be_visible()
        assert faults + find_faults(page, axe) == []
