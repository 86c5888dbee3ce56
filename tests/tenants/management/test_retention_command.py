"""`manage.py tenant retention`: how long a tenant keeps the text of mail."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tenants.models import AuditEntry
from tenants.provisioning.lifecycle import CreatedTenant


def run(slug: str, *options: str) -> Any:  # Any: what JSON holds
    out = io.StringIO()
    call_command("tenant", "retention", slug, *options, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_days_are_shown_set_and_taken_back(committed_tenant: CreatedTenant) -> None:
    slug = committed_tenant.ref.slug
    default = {"slug": slug, "mailDays": 400, "isDefault": True}
    assert run(slug) == default
    assert run(slug, "--mail-days", "100") == {"slug": slug, "mailDays": 100, "isDefault": False}
    assert run(slug)["mailDays"] == 100
    for wrong in ("0", "36501"):
        with pytest.raises(CommandError, match="mail-days must be at"):
            run(slug, "--mail-days", wrong)
    assert run(slug, "--mail-days", "default") == default
    entries = AuditEntry.objects.filter(action="tenant.retention", tenant=slug).order_by("id")
    assert [entry.changes["mail_days"] for entry in entries] == [100, None]
