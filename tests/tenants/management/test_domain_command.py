"""`manage.py domain`: the host names of a tenant after its creation."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tenants import registry
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant


def manage(*arguments: str) -> dict[str, Any]:
    printed = StringIO()
    call_command(*arguments, "--json", stdout=printed)
    registry.forget_tenants()
    facts: dict[str, Any] = json.loads(printed.getvalue())
    return facts


def status_at(host: str, tenant: CreatedTenant) -> int:
    headers = {
        "authorization": f"Bearer {tenant.api_key}",
        "x-happo-api-version": "v20180701",
        "host": host,
    }
    return Client().get("/v1/positions", headers=headers).status_code


def actions_of(slug: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT action FROM tenants_auditentry WHERE tenant = %s ORDER BY id", [slug]
        )
        return [action for (action,) in cursor.fetchall()]


def test_a_host_is_added_made_primary_and_removed(committed_tenant: CreatedTenant) -> None:
    slug, former = committed_tenant.ref.slug, committed_tenant.host
    added = manage("domain", "add", "Jobs.Later.test.", "--tenant", slug)
    assert added == {"host": "jobs.later.test", "tenant": slug, "primary": False}
    assert status_at("jobs.later.test:8443", committed_tenant) == 200
    manage("domain", "primary", "jobs.later.test")
    [shown] = [one for one in manage("tenant", "list")["tenants"] if one["slug"] == slug]
    assert shown["host"] == "jobs.later.test"
    manage("domain", "remove", former, "--tenant", slug)
    assert manage("domain", "list", "--tenant", slug)["domains"] == [
        {"host": "jobs.later.test", "tenant": slug, "primary": True}
    ]
    assert actions_of(slug)[-3:] == ["domain.add", "domain.primary", "domain.remove"]


@pytest.fixture
def domains_of_two(
    tenant_of_file: CreatedTenant, created_acme: CreatedTenant
) -> Iterator[tuple[str, str]]:
    before = manage("domain", "list")
    yield tenant_of_file.ref.slug, created_acme.host
    assert manage("domain", "list") == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "{taken}", "--tenant", "{slug}"), "The domain is already in use"),
        (("add", "no host", "--tenant", "{slug}"), "domain has to be a host name"),
        (("add", "https://a.test", "--tenant", "{slug}"), "domain has to be a host name"),
        (("add", "x.test", "--tenant", "nosuch"), "There is no tenant nosuch"),
        (("add", "api.shared.test", "--tenant", "{slug}"), "is a host that all tenants share"),
        (("remove", "{own}"), "is the primary one of its tenant"),
        (("remove", "nosuch.test"), "There is no domain nosuch.test"),
        (("remove", "{taken}", "--tenant", "{slug}"), "There is no domain"),
        (("primary", "{taken}", "--tenant", "{slug}"), "There is no domain"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    domains_of_two: tuple[str, str],
    tenant_of_file: CreatedTenant,
    settings: Settings,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "api.shared.test"]
    slug, taken = domains_of_two
    given = [one.format(slug=slug, taken=taken, own=tenant_of_file.host) for one in arguments]
    with pytest.raises(CommandError, match=sentence):
        manage("domain", *given)


def test_a_new_tenants_host_is_below_the_base_domain(autocommit: None, settings: Settings) -> None:
    settings.BASE_DOMAIN = "jobs.example.com"
    created = lifecycle.create_tenant("based", name="B", owner_email="b@b.test")
    try:
        assert created.host == "based.jobs.example.com"
        assert status_at("based.jobs.example.com", created) == 200
    finally:
        lifecycle.delete_tenant("based")
