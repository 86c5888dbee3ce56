"""Where the operators' console answers."""

import pytest
from django.test import Client
from pytest_django import Settings

from tenants.context import TenantRef


@pytest.mark.parametrize("path", ["/admin", "/admin/", "/admin/login/", "/admin/tenants/"])
def test_the_admin_is_on_no_tenants_host(
    browser: Client, first: TenantRef, settings: Settings, path: str
) -> None:
    assert browser.get(path, headers={"host": "localhost:8000"}).status_code != 404
    assert browser.get(path, headers={"host": "other.localhost"}).status_code == 404
    for host in ("acme.localhost", "ACME.localhost:8000"):
        assert is_console_of_tenant(browser, path, host)
    # Not even where the setting is wrong.
    settings.ADMIN_HOSTS = ["acme.localhost"]
    assert is_console_of_tenant(browser, path, "acme.localhost")


def is_console_of_tenant(browser: Client, path: str, host: str) -> bool:
    """Return whether the tenant's own console answers: it asks to sign in, or has no such page."""
    answer = browser.get(path, headers={"host": host})
    location = answer.headers.get("Location", "")
    return answer.status_code == 404 or location == "/admin/" or location.startswith("/sign-in")


def test_the_admin_is_on_the_hosts_of_the_setting_alone(
    browser: Client, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["api.happo.test", "ops.happo.test", "*"]
    assert browser.get("/admin/", headers={"host": "api.happo.test"}).status_code == 200
    assert browser.get("/admin/", headers={"host": "elsewhere.test"}).status_code == 404
    settings.ADMIN_HOSTS = ["ops.happo.test"]
    assert browser.get("/admin/", headers={"host": "ops.happo.test"}).status_code == 200
    assert browser.get("/admin/", headers={"host": "api.happo.test"}).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "a_b.localhost", "", "[::1", "localhost:port"])
@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/", "/confirm-email/acme"])
def test_a_wrong_host_writes_no_traceback(
    autocommit: None, caplog: pytest.LogCaptureFixture, host: str, path: str
) -> None:
    answer = Client().get(path, headers={"host": host})
    assert answer.status_code == 400
    assert [record for record in caplog.records if record.exc_info] == []
