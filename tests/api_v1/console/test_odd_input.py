"""Addresses and forms that no page of a tenant's console has made: they are refused, and nothing fails."""

import pytest

from core.accounts.models import User
from tests.api_v1.console.browser import Browser, signed_in
from tests.api_v1.console.test_rights import own_application

NUMBERS = ("1" * 5000, str(2**63), "-1", "٣", "1e3", "\0")


@pytest.fixture
def at_home(owner: User) -> Browser:
    return signed_in(owner)


def test_a_key_of_another_table_is_refused(at_home: Browser) -> None:
    # ["s:abc"], [5], and ["t:2026-01-01T00:00:00+00:00"]
    for key in ("WyJzOmFiYyJd", "WzVd", "WyJ0OjIwMjYtMDEtMDFUMDA6MDA6MDArMDA6MDAiXQ"):
        for path in ("/admin/people/", "/admin/audit/", "/admin/keys/", "/admin/positions/"):
            answer = at_home.get(f"{path}?after={key}")
            takes_it = key == "WzVd" and path in ("/admin/people/", "/admin/audit/")
            assert answer.status_code == (200 if takes_it else 400), (path, key)


def test_a_number_that_no_row_has_is_not_found(at_home: Browser, owner: User) -> None:
    application = f"/app/applications/{own_application(owner).id}/"
    for number in NUMBERS:
        assert at_home.act(application, "dismiss", mail=number).status_code == 404, number[:9]
        for action in ("pause", "renew", "remove"):
            answer = at_home.act("/app/mailboxes/", action, mailbox=number)
            assert answer.status_code == 404, (action, number[:9])
