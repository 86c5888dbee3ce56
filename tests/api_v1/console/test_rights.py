"""Who may open which page of the console and run which action: every page, every action, every kind of visitor."""

from collections.abc import Callable, Mapping
from typing import Final

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from api_v1.console.page import Page
from api_v1.console.pages import PAGES
from core.accounts.models import ApiKey, User
from core.accounts.services import issue_api_key
from core.jobsearch.models import Application
from core.recruiting.models import Position
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.credentials import key_prefix
from tests.api_v1.console.browser import Browser, signed_in
from tests.api_v1.console.conftest import register
from tests.factories import (
    AttachmentFactory,
    CandidateFactory,
    CollaboratorFactory,
    PositionFactory,
)
from tests.statements import statements

# What each visitor may, written down a second time: a page that is opened to more people has to be changed here too.
STAFF_PAGES: Final = {
    "overview",
    "people",
    "person",
    "keys",
    "clients",
    "positions",
    "position",
    "statuses",
    "plugins",
    "mail-domains",
    "audit-log",
}
OWNER_PAGES: Final = {"export"}
# Of what belongs to one user: joe, in these tests.
OWN_PAGES: Final = {"collaborators", "pipeline", "candidate", "attachment", "application"}
USER_PAGES: Final = {
    "invitations",
    "account",
    "second-factor",
    "applications",
    "metrics",
    "mailboxes",
    "mailbox-with",
} | OWN_PAGES
PUBLIC_PAGES: Final = {"sign-in", "code", "sign-out", "forgotten", "with", "callback"}
LEADING_ON: Final = {"attachment", "mailbox-with"}
OWNER_ACTIONS: Final = {("person", "remove"), ("person", "make-owner"), ("clients", "remove")}
VISITORS: Final = ("owner", "staff", "unconfirmed-staff", "user", "stranger", "foreign-owner")


@pytest.fixture
def browsers(
    acme: TenantRef, owner: User, staff: User, joe: User, foreign_owner: User
) -> Mapping[str, Callable[[], Browser]]:
    """Browsers at acme's host; the foreign owner's has the cookie of the other tenant."""

    def unconfirmed() -> Browser:
        with tenant_scope(acme):
            user = register("late@acme.test", rights="staff")
            User.objects.filter(id=user.id).update(email_confirmed_at=None)
            return signed_in(user)

    def foreign() -> Browser:
        other = signed_in(foreign_owner, host="globex.localhost")
        here = Browser()
        here.client.cookies["happo-session"] = other.cookie
        return here

    return {
        "owner": lambda: signed_in(owner),
        "staff": lambda: signed_in(staff),
        "unconfirmed-staff": unconfirmed,
        "user": lambda: signed_in(joe),
        "stranger": Browser,
        "foreign-owner": foreign,
    }


def path_of(page: Page, *, user: User, position: Position) -> str:
    """Return the address of a page; the position gets a candidate with a file where a page is about one."""
    number = own_application(user).id if page.name == "application" else user.id
    path = page.path.replace("<int:number>", str(number)).replace("<name>", "google-oauth2")
    if "<uuid:candidate>" in path or "<uuid:attachment>" in path:
        candidate = CandidateFactory(position=position)
        file = AttachmentFactory(candidate=candidate, created_by=position.created_by)
        path = path.replace("<uuid:candidate>", str(candidate.id))
        path = path.replace("<uuid:attachment>", str(file.id))
    return "/" + path.replace("<uuid:position>", str(position.id))


def own_application(user: User) -> Application:
    """Return an application of the user, which is made if there is none."""
    found = Application.objects.filter(user=user).first()
    return found or Application.objects.create(
        user=user, status_id=1, job_title="Cook", company="Acme", apply_date=timezone.now()
    )


def may(visitor: str, page: str, action: str = "") -> bool:
    if page in PUBLIC_PAGES:
        return True
    if page in USER_PAGES:
        return visitor not in ("stranger", "foreign-owner")
    if page in OWNER_PAGES or (page, action) in OWNER_ACTIONS:
        return visitor == "owner"
    return visitor in ("owner", "staff")


def test_every_page_is_written_down() -> None:
    assert {page.name for page in PAGES} == STAFF_PAGES | OWNER_PAGES | USER_PAGES | PUBLIC_PAGES


@pytest.mark.parametrize("visitor", VISITORS)
def test_pages_open_for_those_who_may_and_no_others(
    browsers: Mapping[str, Callable[[], Browser]], joe: User, visitor: str
) -> None:
    browser = browsers[visitor]()
    position = PositionFactory(created_by=joe)
    for page in PAGES:
        answer = browser.get(path_of(page, user=joe, position=position))
        if page.name in PUBLIC_PAGES:
            assert answer.status_code in (200, 303, 403), page.name
        elif may(visitor, page.name):
            # Here a position is its creator's and its collaborators'; the tenant's staff is neither.
            expected = 303 if page.name in LEADING_ON else 200
            expected = 404 if page.name in OWN_PAGES and visitor != "user" else expected
            assert answer.status_code == expected, (page.name, browser.text)
        elif visitor in ("stranger", "foreign-owner"):
            assert answer.headers["Location"].startswith("/sign-in?next="), page.name
        else:
            assert answer.status_code == 403, page.name


@pytest.mark.parametrize("visitor", VISITORS)
def test_actions_are_refused_to_those_who_may_not(
    browsers: Mapping[str, Callable[[], Browser]], joe: User, visitor: str
) -> None:
    browser = browsers[visitor]()
    position = PositionFactory(created_by=joe)
    browser.get("/sign-in")
    for page in PAGES:
        for action in page.actions:
            if may(visitor, page.name, action) or page.name in PUBLIC_PAGES:
                continue
            answer = browser.act(path_of(page, user=joe, position=position), action)
            if visitor in ("stranger", "foreign-owner"):
                assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
            else:
                assert answer.status_code == 403, (page.name, action)
    joe.refresh_from_db()
    assert joe.is_active
    assert not joe.is_staff


@pytest.mark.parametrize("visitor", ["owner", "staff"])
def test_a_form_of_another_site_changes_nothing(
    browsers: Mapping[str, Callable[[], Browser]], joe: User, visitor: str
) -> None:
    browser = browsers[visitor]()
    position = PositionFactory(created_by=joe)
    for page in PAGES:
        for action in page.actions:
            answer = browser.client.post(
                path_of(page, user=joe, position=position),
                {"action": action},
                HTTP_HOST=browser.host,
            )
            assert answer.status_code == 403, (page.name, action)


def test_a_get_runs_no_action(browsers: Mapping[str, Callable[[], Browser]], joe: User) -> None:
    browser = browsers["owner"]()
    for action in ("deactivate", "remove", "make-owner", "set-role"):
        path = f"/admin/people/{joe.id}/?action={action}&role=staff&email=joe@smith.test"
        assert browser.get(path).status_code == 200
    joe.refresh_from_db()
    assert joe.is_active
    assert not joe.is_staff


def test_an_operators_page_is_not_on_a_tenants_host(browser: Browser, owner: User) -> None:
    browser.get("/admin/login/")
    assert browser.page.status_code == 404
    at_home = signed_in(owner)
    for path in ("/admin/tenants/", "/admin/tenants/acme/", "/admin/login/", "/admin/logout/"):
        assert at_home.get(path).status_code == 404


def test_the_console_is_on_no_other_host(owner: User) -> None:
    browser = signed_in(owner)
    elsewhere = Browser("localhost")
    elsewhere.client.cookies["happo-session"] = browser.cookie
    assert "sign-in?next" not in elsewhere.get("/admin/people/").headers.get("Location", "")
    assert elsewhere.get("/app/").status_code == 404
    assert elsewhere.get("/sign-in").status_code == 404


def test_staff_see_and_change_their_own_keys_alone(
    acme: TenantRef, owner: User, staff: User
) -> None:
    prefix = key_prefix(acme)
    of_owner = issue_api_key(owner, prefix=prefix)
    of_staff = issue_api_key(staff, prefix=prefix)
    browser = signed_in(staff)
    browser.get("/admin/keys/")
    assert of_staff.key[-4:] in browser.text
    assert of_owner.key[-4:] not in browser.text
    assert browser.act("/admin/keys/", "revoke", key=of_owner.id).status_code == 404
    assert browser.act("/admin/keys/", "limit", key=of_owner.id, burst=1).status_code == 404
    created = browser.act("/admin/keys/", "create", scopes=["read"], email="owner@acme.test")
    assert created.status_code == 400
    assert ApiKey.objects.filter(user=owner, revoked_at=None, burst=None).count() == 1


@pytest.mark.parametrize("action", ["deactivate", "end-sessions", "set-role"])
def test_staff_may_not_touch_the_owner(owner: User, staff: User, action: str) -> None:
    browser = signed_in(staff)
    path = f"/admin/people/{owner.id}/"
    assert browser.act(path, action, role="user").status_code == 409
    owner.refresh_from_db()
    assert (owner.is_active, owner.is_superuser) == (True, True)


def test_a_session_of_a_user_who_is_staff_no_more_opens_nothing(staff: User) -> None:
    browser = signed_in(staff)
    assert browser.get("/admin/").status_code == 200
    User.objects.filter(id=staff.id).update(is_staff=False)
    assert browser.get("/admin/").status_code == 403


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM public.accounts_user",
        "SELECT count(*) FROM public.tenants_tenant",
        "SELECT count(*) FROM public.django_session",
        "SELECT count(*) FROM public.procrastinate_jobs",
        "SELECT count(*) FROM {other}.accounts_user",
        "SELECT count(*) FROM {other}.consolesessions_consolesession",
        "UPDATE {other}.accounts_user SET is_active = false",
        "SET ROLE happo_owner",
    ],
)
def test_a_page_can_read_neither_public_nor_another_tenant(
    owner: User, globex: TenantRef, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    refused = []

    def run() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(other=globex.schema_name))
        except (ProgrammingError, PermissionError, RuntimeError, psycopg.Error) as error:
            refused.append(error)
            raise

    browser = signed_in(owner)
    monkeypatch.setattr("api_v1.console.overview.count_people", run)
    with pytest.raises(Exception):  # noqa: B017, PT011 - what refuses it, is what the test looks at
        browser.get("/admin/")
    assert refused


@pytest.mark.parametrize("page", sorted(STAFF_PAGES | OWNER_PAGES | USER_PAGES))
def test_a_page_takes_few_statements_whatever_it_lists(
    acme: TenantRef, owner: User, joe: User, page: str
) -> None:
    position = PositionFactory(created_by=owner)
    browser = signed_in(owner)
    (wanted,) = [one for one in PAGES if one.name == page]
    counts = []
    for turn in range(2):
        with statements() as run:
            answer = browser.get(path_of(wanted, user=owner, position=position))
        assert answer.status_code == (303 if page in LEADING_ON else 200)
        counts.append(len(run))
        for number in range(5):
            register(f"person{turn}{number}@acme.test")
            issue_api_key(owner, prefix=key_prefix(acme))
            CollaboratorFactory(position=PositionFactory(created_by=joe), user=owner)
            CollaboratorFactory(position=position)
            CandidateFactory(position=position)
    assert counts[1] <= 12
    # After 3 s the tenant and its plugins are looked up again; five more rows of each kind cost nothing.
    assert counts[1] <= counts[0] + 2


def test_public_stays_out_of_reach(acme: TenantRef) -> None:
    with public_scope():
        assert User.objects.filter(email="owner@acme.test").count() == 0
