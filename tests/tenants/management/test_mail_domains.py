"""`manage.py tenant mail-domains`: which mail domains are public providers' for one tenant."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.recruiting.models import MailDomain
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant


def manage(verb: str, *arguments: str) -> Any:  # Any: what JSON holds
    printed = StringIO()
    call_command("tenant", "mail-domains", verb, *arguments, "--json", stdout=printed)
    return json.loads(printed.getvalue())


def said_by(slug: str) -> dict[str, bool]:
    return {one["domain"]: one["public"] for one in manage("list", slug)["mailDomains"]}


def test_domains_are_added_removed_and_reset(
    committed_tenant: CreatedTenant, second: TenantRef
) -> None:
    slug = committed_tenant.ref.slug
    assert said_by(slug) == {}
    added = {"slug": slug, "domain": "mail.example", "public": True}
    assert manage("add", slug, "@Mail.Example") == added == manage("add", slug, "mail.example")
    assert manage("remove", slug, "gmail.com")["public"] is False
    assert said_by(slug) == {"gmail.com": False, "mail.example": True}
    assert said_by(second.slug) == {}
    assert manage("remove", slug, "mail.example")["public"] is False
    assert manage("reset", slug, "mail.example")["public"] is False
    assert manage("reset", slug, "GMAIL.com")["public"] is True
    assert said_by(slug) == {}


def test_a_domain_may_be_written_in_unicode(committed_tenant: CreatedTenant) -> None:
    slug = committed_tenant.ref.slug
    assert manage("add", slug, "@Bücher.example")["domain"] == "xn--bcher-kva.example"
    printed = StringIO()
    call_command("tenant", "mail-domains", "list", slug, stdout=printed)
    assert "bücher.example (xn--bcher-kva.example)" in printed.getvalue()
    manage("reset", slug, "bücher.example")
    assert said_by(slug) == {}


def test_a_domain_of_an_earlier_release_is_reset_though_it_would_be_refused_now(
    committed_tenant: CreatedTenant,
) -> None:
    slug = committed_tenant.ref.slug
    with tenant_scope(committed_tenant.ref):
        MailDomain.objects.create(domain="xn--i-7iq.example", is_public=True)
    assert manage("reset", slug, "i❤.example")["public"] is False
    assert said_by(slug) == {}


def test_each_change_stands_in_the_audit_log(committed_tenant: CreatedTenant) -> None:
    slug = committed_tenant.ref.slug
    manage("add", slug, "mail.example")
    manage("reset", slug, "mail.example")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT changes FROM tenants_auditentry"
            " WHERE tenant = %s AND action = 'tenant.mail_domain' ORDER BY id",
            [slug],
        )
        written = [json.loads(facts) for (facts,) in cursor.fetchall()]
    assert [facts["state"] for facts in written] == ["public", "default"]


@pytest.mark.parametrize(
    "domain",
    [
        *("", "@", "localhost", "a b.test", "x@y.test", "a-.test", "a..b"),
        *("i❤.test", "xn--zzzzzz.test", "\u0430pple.test"),
    ],
)
@pytest.mark.parametrize("verb", ["add", "remove", "reset"])
def test_what_is_no_domain_changes_nothing(first: TenantRef, verb: str, domain: str) -> None:
    with pytest.raises(CommandError, match=r"domain (has to be|must not mix)"):
        manage(verb, first.slug, domain)
    with tenant_scope(first):
        assert not MailDomain.objects.exists()


def test_a_domain_of_which_nothing_was_said_is_not_reset(first: TenantRef) -> None:
    with pytest.raises(CommandError, match="There is no mail domain gmail"):
        manage("reset", first.slug, "gmail.com")


def test_an_unknown_tenant_is_an_error(first: TenantRef) -> None:
    with pytest.raises(CommandError, match="There is no tenant nobody"):
        manage("add", "nobody", "mail.example")
