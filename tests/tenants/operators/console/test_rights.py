"""Who may open each page of the operators' console, and run each of its actions."""

from dataclasses import replace

import psycopg
import pytest
from django.db import connection
from django.test import Client

from core.accounts.models import User
from tenants.database.owner import owner_connection
from tenants.models import AuditEntry, Tenant
from tenants.operators.console.pages import PAGES
from tenants.provisioning.lifecycle import CreatedTenant
from tests.tenants.operators.conftest import PASSWORD
from tests.tenants.operators.console.pages import address_of, addresses

ACTIONS = [(page, name) for page in PAGES for name in page.actions]


@pytest.fixture
def reader(browser: Client) -> Client:
    """A browser in which an operator is signed in who may only read."""
    with owner_connection():
        User.objects.update(is_superuser=False)
    return browser


def count_entries() -> int:
    return AuditEntry.objects.count()


def test_a_stranger_is_led_to_the_sign_in(operator: User, committed_tenant: CreatedTenant) -> None:
    for address in addresses(committed_tenant, operator):
        for ask in (Client().get, Client().post):
            answer = ask(address)
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/admin/login/?next="), address


def test_an_operator_opens_every_page(
    operator: User, browser: Client, committed_tenant: CreatedTenant
) -> None:
    for address in addresses(committed_tenant, operator):
        assert browser.get(address).status_code == 200, address


def test_an_operator_who_may_only_read_opens_every_page_and_changes_nothing(
    operator: User, reader: Client, committed_tenant: CreatedTenant
) -> None:
    entries = count_entries()
    for address in addresses(committed_tenant, operator):
        assert reader.get(address).status_code == 200, address
    refused = [(page, name) for page, name in ACTIONS if not page.is_own]
    assert len(refused) > 2
    for page, name in refused:
        answer = reader.post(address_of(page, committed_tenant, operator), {"action": name})
        assert answer.status_code == 403, (page.name, name)
    assert count_entries() == entries


def test_a_page_of_a_reader_offers_no_action(
    operator: User, reader: Client, committed_tenant: CreatedTenant
) -> None:
    for page in PAGES:
        if not page.is_own:
            shown = reader.get(address_of(page, committed_tenant, operator)).content.decode()
            # The one that signs out.
            assert shown.count('method="post"') == 1, page.name


@pytest.mark.parametrize("change", ["is_active", "is_staff"])
def test_an_operator_who_is_none_any_more_is_led_to_the_sign_in(
    operator: User, browser: Client, committed_tenant: CreatedTenant, change: str
) -> None:
    with owner_connection():
        User.objects.update(**{change: False})
    for page, name in ACTIONS:
        answer = browser.post(address_of(page, committed_tenant, operator), {"action": name})
        assert answer.status_code == 302, (page.name, name)
        assert answer["Location"].startswith("/admin/login/?next="), (page.name, name)


def test_no_action_works_without_the_token_of_its_form(
    operator: User, committed_tenant: CreatedTenant
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(operator)
    for page, name in ACTIONS:
        answer = client.post(address_of(page, committed_tenant, operator), {"action": name})
        assert answer.status_code == 403, (page.name, name)
    assert client.post("/admin/logout/").status_code == 403
    signing_in = {"username": operator.email, "password": PASSWORD}
    assert Client(enforce_csrf_checks=True).post("/admin/login/", signing_in).status_code == 403


def test_an_unknown_action_changes_nothing(
    operator: User, browser: Client, committed_tenant: CreatedTenant
) -> None:
    entries = count_entries()
    for address in addresses(committed_tenant, operator):
        for sent in ({}, {"action": "explode"}):
            assert browser.post(address, sent).status_code == 400, address
        for ask in (browser.put, browser.patch, browser.delete):
            assert ask(address).status_code == 405, address
    assert count_entries() == entries


def test_nothing_changes_by_get(
    operator: User, browser: Client, committed_tenant: CreatedTenant
) -> None:
    entries = count_entries()
    for page, name in ACTIONS:
        address = address_of(page, committed_tenant, operator)
        assert browser.get(address, {"action": name}).status_code == 200, (page.name, name)
    assert count_entries() == entries


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM {schema}.accounts_user",
        "SELECT count(*) FROM {schema}.audit_entry",
        "UPDATE {schema}.accounts_user SET is_active = false",
        "CREATE TABLE {schema}.brand_new (id bigint)",
        "CREATE TABLE public.brand_new (id bigint)",
        "DELETE FROM tenants_tenant",
        "UPDATE tenants_tenant SET schema_name = 'public'",
        "UPDATE accounts_user SET is_superuser = true",
        "DELETE FROM tenants_operatorsecondfactor",
        "SET ROLE happo_owner",
    ],
)
def test_a_page_reads_no_tenants_schema_and_makes_no_operator(
    browser: Client,
    committed_tenant: CreatedTenant,
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
) -> None:
    refused: list[Exception] = []

    def run(*_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        # Without the guard of the application's cursors.
        written = statement.format(schema=committed_tenant.ref.schema_name)
        try:
            psycopg.Cursor(connection.connection).execute(written)
        except psycopg.errors.InsufficientPrivilege as error:
            refused.append(error)
            raise

    monkeypatch.setattr("tenants.operators.console.home.summarize", run)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        browser.get("/admin/")
    assert refused


def test_a_tenant_that_is_not_there_is_a_404(
    operator: User, browser: Client, committed_tenant: CreatedTenant
) -> None:
    nowhere = replace(committed_tenant, ref=replace(committed_tenant.ref, slug="nowhere"))
    for page in PAGES:
        if page.is_of_tenant:
            for ask in (browser.get, browser.post):
                assert ask(address_of(page, nowhere, operator)).status_code == 404, page.name


def test_the_owner_of_a_tenant_finds_no_operators_page_on_its_host_and_can_t_sign_in_elsewhere(
    operator: User, browser: Client, committed_tenant: CreatedTenant
) -> None:
    for address in addresses(committed_tenant, operator):
        found = browser.get(address, headers={"host": committed_tenant.host})
        # The tenant's own console has some of these addresses, and asks for a log-in of its own.
        asked = found.headers.get("Location", "").startswith("/sign-in?")
        assert found.status_code == 404 or asked, address
    answer = Client().post(
        "/admin/login/", {"username": committed_tenant.owner_email, "password": PASSWORD}
    )
    assert "correct email and password" in answer.content.decode()


def test_pages_of_a_tenant_say_that_its_tables_are_older_or_gone(
    operator: User, browser: Client, committed_tenant: CreatedTenant
) -> None:
    own = Tenant.objects.filter(slug=committed_tenant.ref.slug)
    as_it_is = own.values("schema_digest", "status").get()
    for change in ({"schema_digest": "older"}, {"status": "deleting"}):
        with owner_connection():
            own.update(**as_it_is | change)
        for page in (page for page in PAGES if page.is_of_tenant):
            answer = browser.get(address_of(page, committed_tenant, operator))
            assert answer.status_code == (503 if page.needs_tables else 200), page.name
    assert {page.name for page in PAGES if page.is_of_tenant and not page.needs_tables} == {
        "tenant",
        "tenant-danger",
        "tenant-domains",
        "tenant-jobs",
    }
