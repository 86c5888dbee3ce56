"""What every page of the operators' console holds to: its weight, its statements, its headers, its markup."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from core.accounts.models import User
from tenants.database.owner import owner_connection
from tenants.models import Tenant
from tenants.operators.console.pages import PAGES
from tenants.provisioning.lifecycle import CreatedTenant
from tests.statements import statements
from tests.tenants.operators.console.pages import INLINE, address_of, addresses

MOST_BYTES = 150_000
MOST_STATEMENTS = 12
_ASSET = re.compile(r"""(?:src|href)="(/static/[^"#]+)""")


@pytest.fixture
def thousand_tenants(browser: Client, committed_tenant: CreatedTenant) -> Iterator[CreatedTenant]:
    """A tenant among a thousand, the others of which have rows alone."""
    others = [
        Tenant(
            slug=f"look-{number}",
            name=f"Tenant {number} of many",
            schema_name=f"t_look{number}",
            schema_digest=Tenant.objects.get(id=committed_tenant.ref.id).schema_digest,
            is_sandbox=number % 3 == 0,
        )
        for number in range(999)
    ]
    with owner_connection():
        Tenant.objects.bulk_create(others)
    yield committed_tenant
    with owner_connection():
        Tenant.objects.filter(slug__startswith="look-")._raw_delete("default")


def test_no_page_needs_more_than_twelve_statements_or_weighs_more_than_150_kb(
    operator: User, browser: Client, thousand_tenants: CreatedTenant
) -> None:
    sizes: dict[str, int] = {}
    for page in PAGES:
        with statements() as ran:
            answer = browser.get(address_of(page, thousand_tenants, operator))
        assert answer.status_code == 200
        assert len(ran) <= MOST_STATEMENTS, (page.name, [one["sql"][:90] for one in ran])
        assets = set(_ASSET.findall(answer.content.decode()))
        assert len(assets) >= 3
        weights = [len(browser.get(asset).getvalue()) for asset in assets]
        sizes[page.name] = len(answer.content) + sum(weights)
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}


def test_every_page_is_protected(
    operator: User, browser: Client, committed_tenant: CreatedTenant
) -> None:
    for address in (*addresses(committed_tenant, operator), "/admin/nowhere/"):
        answer = browser.get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, address
        assert "frame-ancestors 'none'" in policy, address
        assert "unsafe" not in policy, address
        assert answer["X-Frame-Options"] == "DENY", address
    policy = Client().get("/admin/login/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy


def test_no_page_has_what_the_policy_refuses(
    operator: User, browser: Client, committed_tenant: CreatedTenant
) -> None:
    for address in addresses(committed_tenant, operator):
        assert INLINE.findall(browser.get(address).content.decode()) == [], address
    assert INLINE.findall(Client().get("/admin/login/").content.decode()) == []


def test_no_page_is_kept_by_the_browser(
    operator: User, browser: Client, committed_tenant: CreatedTenant
) -> None:
    for address in addresses(committed_tenant, operator):
        assert "no-store" in browser.get(address)["Cache-Control"], address


def test_an_id_is_on_a_page_once_and_every_label_names_one(
    operator: User, browser: Client, committed_tenant: CreatedTenant
) -> None:
    for address in addresses(committed_tenant, operator):
        shown = browser.get(address).content.decode()
        ids = re.findall(r'\sid="([^"]+)"', shown)
        assert len(ids) == len(set(ids)), address
        for named in re.findall(r'<label[^>]* for="([^"]+)"', shown):
            assert named in ids, (address, named)
