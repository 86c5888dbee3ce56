"""Where the admin answers, and what its pages may load."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from pytest_django import Settings

from tenants.context import TenantRef


@pytest.mark.parametrize("path", ["/admin", "/admin/", "/admin/login/", "/admin/tenants/tenant/"])
def test_the_admin_is_on_no_tenants_host(
    browser: Client, first: TenantRef, settings: Settings, path: str
) -> None:
    assert browser.get(path, headers={"host": "localhost:8000"}).status_code != 404
    for host in ("acme.localhost", "ACME.localhost:8000", "other.localhost"):
        assert browser.get(path, headers={"host": host}).status_code == 404
    # Not even where the setting is wrong.
    settings.ADMIN_HOSTS = ["acme.localhost"]
    assert browser.get(path, headers={"host": "acme.localhost"}).status_code == 404


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


def test_every_page_of_the_admin_has_a_strict_policy(browser: Client) -> None:
    for path in ("/admin/", "/admin/tenants/auditentry/", "/admin/nowhere/"):
        policy = browser.get(path)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    assert "Content-Security-Policy" in Client().get("/admin/login/").headers


INLINE = re.compile(
    r"""<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(src=|application/json))|javascript:|data:"""
)


def test_no_page_has_what_the_policy_refuses(browser: Client, first: TenantRef) -> None:
    models = [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for model in admin.site._registry
    ]
    assert len(models) > 3
    change = f"/admin/tenants/tenant/{first.id}/change/"
    for path in ("/admin/", "/admin/tenants/", "/admin/password_change/", change, *models):
        answer = browser.get(path)
        if answer.status_code == 200:
            assert INLINE.findall(answer.content.decode()) == [], path
    assert INLINE.findall(Client().get("/admin/login/").content.decode()) == []


def test_the_facts_of_the_log_are_text_that_breaks_anywhere(browser: Client) -> None:
    page = browser.get("/admin/tenants/auditentry/").content.decode()
    assert "email: ops@happo.test" in page
    sheet = browser.get("/static/tenants/admin.css")
    assert "/static/tenants/admin.css" in page
    assert b"overflow-wrap: anywhere" in sheet.getvalue()
