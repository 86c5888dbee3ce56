"""What every page of a tenant's console holds to: its weight, its headers, its markup."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from api_v1.console.page import Page
from api_v1.console.pages import PAGES
from core.accounts.models import User
from tenants.context import TenantRef
from tests.api_v1.console.browser import Browser, signed_in
from tests.api_v1.console.test_rights import path_of
from tests.factories import CandidateFactory, PositionFactory
from tests.tenants.operators.console.pages import INLINE

MOST_BYTES = 150_000
_ASSET = re.compile(r"""(?:src|href)="(/static/[^"#]+)""")


@pytest.fixture
def opened(acme: TenantRef, owner: User) -> Iterator[tuple[Page, Browser]]:
    """Each page in turn, as the owner sees it, who has made a position with 60 candidates."""
    position = PositionFactory(created_by=owner)
    CandidateFactory.create_batch(60, position=position)
    browser = signed_in(owner)

    def open_all() -> Iterator[tuple[Page, Browser]]:
        for page in PAGES:
            answer = browser.get(path_of(page, user=owner, position=position))
            if answer.status_code == 200:
                yield page, browser

    return open_all()


def test_every_page_is_protected_light_and_without_inline_code(
    opened: Iterator[tuple[Page, Browser]],
) -> None:
    seen, sizes = set(), {}
    for page, browser in opened:
        headers, shown = browser.page.headers, browser.page.content.decode()
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, page.name
        assert "frame-ancestors 'none'" in policy, page.name
        assert "unsafe" not in policy, page.name
        assert headers["X-Frame-Options"] == "DENY", page.name
        assert "no-store" in headers["Cache-Control"], page.name
        assert INLINE.findall(shown) == [], page.name
        ids = re.findall(r'\sid="([^"]+)"', shown)
        assert len(ids) == len(set(ids)), page.name
        assets = set(_ASSET.findall(shown))
        sizes[page.name] = len(shown) + sum(len(Client().get(one).getvalue()) for one in assets)
        seen.add(page.name)
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}
    assert {"overview", "people", "keys", "pipeline", "candidate", "account"} <= seen
