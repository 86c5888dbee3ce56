"""A tenant's console in Chromium: every page in both colour schemes and on a phone; who comes in, and who doesn't."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from api_v1.console.pages import PAGES
from core.accounts.models import User
from core.recruiting.models import Collaborator, Position
from core.recruiting.services.invitation_mail import send_invitations
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning import lifecycle
from tests.api_v1.console.conftest import register
from tests.api_v1.console.test_rights import path_of
from tests.browser.tenants_users import sign_in
from tests.browser.visits import Site, find_faults
from tests.factories import CollaboratorFactory, PlaceholderFactory, PositionFactory
from tests.job_seekers import PASSWORD

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]
HOST = "housed.localhost"


@dataclass(frozen=True)
class House:
    """A tenant with its owner and a position."""

    tenant: TenantRef
    owner: User
    position: Position

    def enter(self, page: Page, site: Site, user: User | None = None) -> None:
        sign_in(page, site, user or self.owner, tenant=self.tenant, host=HOST)

    def invite(self, user: User) -> str:
        """Invite a collaborator by mail; return the path that the mail leads to."""
        with tenant_scope(self.tenant):
            CollaboratorFactory(
                position=self.position,
                user=user,
                status="awaiting_approval" if user.is_registered else "awaiting_registration",
                mail_state="waiting",
                invited_by=self.owner.uuid,
            )
            send_invitations.run(position_id=str(self.position.id))
        (sent,) = [one for one in mail.outbox if one.to == [user.email]]
        (link,) = re.findall(r"^http\S+(/invitation\S+)$", str(sent.body), re.MULTILINE)
        return unquote(link)

    def status_of(self, user: User) -> str:
        with tenant_scope(self.tenant):
            return str(Collaborator.objects.get(user=user).status)


@pytest.fixture(scope="module")
def house(site: Site) -> Iterator[House]:
    made = lifecycle.create_tenant("housed", name="Housed", owner_email="olga@housed.test")
    with tenant_scope(made.ref):
        owner = register("olga@housed.test.example", rights="owner")
        position = PositionFactory(created_by=owner, title="Cook for the harbour")
    yield House(made.ref, owner, position)
    lifecycle.delete_tenant("housed")


def test_every_page_is_accessible_in_both_schemes_and_on_a_phone(
    site: Site, axe: str, house: House
) -> None:
    with tenant_scope(house.tenant):
        paths = [path_of(page, user=house.owner, position=house.position) for page in PAGES]
    faults = []
    with site.visit() as page:
        for path in ("/sign-in", "/forgot-password"):
            page.goto(site.url(path, host=HOST))
            faults += find_faults(page, axe)
        house.enter(page, site)
        # A file is no page.
        for path in (one for one in paths if "/attachments/" not in one):
            page.goto(site.url(path, host=HOST))
            faults += find_faults(page, axe)
    assert faults == []


def test_a_person_without_an_account_accepts_an_invitation_and_signs_in(
    site: Site, axe: str, house: House
) -> None:
    with tenant_scope(house.tenant):
        ben = PlaceholderFactory(email="ben@invited.test")
    link = house.invite(ben)
    with site.visit() as page:
        page.goto(site.url(link, host=HOST))
        faults = find_faults(page, axe)
        page.get_by_label("First name").fill("Ben")
        for field in page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("You have accepted the invitation")).to_be_visible()
        faults += find_faults(page, axe)
        page.goto(site.url("/app/", host=HOST))
        page.get_by_label("E-mail address or user name").fill(ben.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Cook for the harbour").click()
        expect(page.get_by_role("heading", name="Cook for the harbour")).to_be_visible()
        page.goto(site.url(link, host=HOST))
        expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    assert house.status_of(ben) == "accepted"
    assert faults == []


def test_a_user_declines_an_invitation_in_the_console(site: Site, house: House) -> None:
    with tenant_scope(house.tenant):
        eve = register("eve@invited.test")
    link = house.invite(eve)
    with site.visit() as page:
        # Opening it answers nothing.
        page.goto(site.url(link, host=HOST))
        house.enter(page, site, eve)
        page.goto(site.url("/app/", host=HOST))
        page.get_by_role("button", name="Decline Cook for the harbour").click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        page.get_by_role("button", name="Decline Cook for the harbour").click()
        page.get_by_role("dialog").get_by_role("button", name="Decline").click()
        expect(page.get_by_text("You have declined the invitation.")).to_be_visible()
    assert house.status_of(eve) == "declined"


def test_an_owner_comes_to_no_page_of_operators(site: Site, house: House) -> None:
    with site.visit() as page:
        house.enter(page, site)
        page.goto(site.url("/admin/", host=HOST))
        expect(page.get_by_role("link", name="People")).to_be_visible()
        for path in ("/admin/tenants/", "/admin/tenants/housed/", "/admin/onboarding/"):
            there = page.goto(site.url(path, host=HOST))
            assert there
            assert there.status == 404
            page.goto(site.url(path))
            expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.get_by_label("E-mail address").fill(house.owner.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_be_visible()
