"""What a person in a browser is told where there is no page: in the look of the consoles, and protected as they are."""

from datetime import timedelta
from typing import Any, Final

import pytest
from django.test import Client

from config import pages
from core.accounts.models import User
from core.errors import RateLimited
from tenants.context import TenantRef
from tests.api_v1.console.browser import Browser, signed_in
from tests.api_v1.console.conftest import joe

__all__ = ["joe"]
NARROW: Final = '<main class="narrow"'


def assert_protected(answer: Any) -> None:  # Any: Django's test response
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("localhost", "/admin/nowhere/"),
        ("localhost", "/nowhere"),
        ("localhost", "/app/"),
        ("elsewhere.localhost", "/admin/"),
        ("acme.localhost", "/nowhere"),
        ("acme.localhost", "/app/nowhere/"),
    ],
)
def test_an_address_without_a_page_is_said_on_one(acme: TenantRef, host: str, path: str) -> None:
    answer = Client().get(path, HTTP_HOST=host)
    assert answer.status_code == 404
    assert NARROW in answer.content.decode()
    assert "There is nothing at this address" in answer.content.decode()
    assert_protected(answer)


@pytest.mark.parametrize("path", ["/sign-in", "/app/account/", "/sign-out"])
def test_a_form_without_its_token_is_explained_at_a_tenant(joe: User, path: str) -> None:
    browser = signed_in(joe)
    answer = browser.client.post(path, {"action": "end-all"}, HTTP_HOST=browser.host)
    assert answer.status_code == 403
    assert "This form is out of date" in answer.content.decode()
    assert_protected(answer)
    assert browser.get("/app/account/").status_code == 200


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/logout/", "/admin/account/"])
def test_a_form_without_its_token_is_explained_to_operators(acme: TenantRef, path: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(path)
    assert answer.status_code == 403
    assert "This form is out of date" in answer.content.decode()
    assert_protected(answer)


def test_what_can_t_be_read_is_said_on_a_page(acme: TenantRef) -> None:
    too_many = {f"field{number}": "" for number in range(1001)}
    for answer in (
        Client().post("/admin/login/", too_many),
        Client().get("/admin/login/?next=%00"),
    ):
        if answer.status_code != 200:
            assert answer.status_code == 400
            assert "The request can&#x27;t be read" in answer.content.decode()
        assert_protected(answer)


def test_a_page_that_failed_says_so(acme: TenantRef, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("with a secret in it")

    monkeypatch.setattr("tenants.operators.console.sign_in.draw_narrow", fail)
    answer = Client(raise_request_exception=False).get("/admin/login/")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.content.decode()
    assert "secret" not in answer.content.decode()
    assert_protected(answer)


def test_answers_that_come_before_any_page_are_protected_too(
    acme: TenantRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong_host = Client().get("/admin/", HTTP_HOST="evil.example")
    assert wrong_host.status_code == 400
    too_large = Client().post("/admin/login/", CONTENT_LENGTH=str(pages.LARGEST_FORM_BYTES + 1))
    assert too_large.status_code == 413

    def refuse(request: object) -> None:
        raise RateLimited(timedelta(seconds=7))

    monkeypatch.setattr(pages, "throttle_anonymous", refuse)
    too_many = Client().get("/admin/login/")
    assert (too_many.status_code, too_many.headers["Retry-After"]) == (429, "7")
    # Some mail services send no mail again after any 4xx.
    mail = Client().post("/inbound/sendgrid")
    assert (mail.status_code, mail.headers["Retry-After"]) == (503, "7")
    for answer in (wrong_host, too_large, too_many, mail):
        assert_protected(answer)


def test_other_methods_are_refused_and_protected(joe: User) -> None:
    answer = Client().put("/app/account/", HTTP_HOST="acme.localhost")
    assert answer.status_code in (303, 403, 405)
    assert_protected(answer)
    answer = Client().delete("/admin/login/")
    assert answer.status_code == 405
    assert_protected(answer)


def test_an_operators_page_is_on_no_host_of_a_tenant_that_is_being_deleted(
    acme: TenantRef,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,  # Any: pytest-django's
) -> None:
    settings.ADMIN_HOSTS = ["acme.localhost"]
    monkeypatch.setattr("tenants.routing.tenant_by_host", lambda host: None)
    assert Browser().get("/admin/login/").status_code == 404
