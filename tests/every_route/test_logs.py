"""A statement that PostgreSQL refuses leaves its SQLSTATE in the log, and nothing of the row that it quotes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Final

import psycopg
import pytest
from django.conf import settings
from django.test import Client
from psycopg import sql

from api_v1.versions import HEAD
from config.logs import LOG_FORMATS, LineFormatter
from core.accounts.models import User
from tenants.context import TenantRef, tenant_scope
from tenants.provisioning.lifecycle import CreatedTenant
from tests import clients
from tests.database import login_of
from tests.every_route import routes
from tests.every_route.actors import recruiter_with_all, seeker_with_all
from tests.every_route.routes import NEEDS_CREDENTIAL, Actor
from tests.job_seekers import client_of
from tests.recruiters import recruiter_for

# In texts that people write, and as a domain.
MARKER: Final = "joan-of-arc"
_WRITTEN: Final[dict[str, object]] = {
    **dict.fromkeys(
        ("title", "name", "location", "notes", "job_title", "company", "source", "description"),
        MARKER,
    ),
    "first_name": MARKER,
    "candidates": [{"name": MARKER}],
    "publicDomains": [f"{MARKER}.example"],
}
# They count requests and attempts, and say who did what, and when a key was last used.
_GO_ON: Final = ("accounts_apikey", "audit_", "django_", "logins_failedlogins", "traffic_")
_CHECK_VIOLATION: Final = "23514"


@contextmanager
def refusing_rows(tenant: TenantRef) -> Iterator[None]:
    """Let PostgreSQL refuse every row that is written into the tenant's tables: its message quotes the whole row."""
    with psycopg.connect(login_of(settings.OWNER_DATABASE), autocommit=True) as owner:
        rows = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", [tenant.schema_name]
        ).fetchall()
        tables = [
            sql.Identifier(tenant.schema_name, name)
            for (name,) in rows
            if not name.startswith(_GO_ON)
        ]
        for table in tables:
            owner.execute(
                sql.SQL("ALTER TABLE {} ADD CONSTRAINT nothing CHECK (false) NOT VALID").format(
                    table
                )
            )
        try:
            yield
        finally:
            for table in tables:
                owner.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT nothing").format(table))


def test_no_line_of_the_log_has_the_row_that_a_write_failed_with(
    committed_tenant: CreatedTenant,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tenant = committed_tenant.ref
    monkeypatch.setattr(routes, "_BODY", routes._BODY | _WRITTEN)
    monkeypatch.setattr(clients, "Client", partial(Client, raise_request_exception=False))
    with tenant_scope(tenant):
        owner = Actor(recruiter_for(User.objects.get(is_superuser=True)).key)
        recruiter = recruiter_with_all(f"anna@{MARKER}.example")
    seeker = seeker_with_all(tenant, f"seeker@{MARKER}.example")
    writes = [where for where in NEEDS_CREDENTIAL if where.version == HEAD and where.route.write]
    client, failed = client_of(tenant), []
    with refusing_rows(tenant), caplog.at_level(logging.DEBUG):
        for where in writes:
            actor = recruiter if where.api == "happo" else seeker
            if where.route.path == "/mail_domains":
                actor = replace(owner, ids={})
            reply = actor.call(where)
            assert MARKER.encode() not in reply.content or reply.status == 200, where
            if reply.status == 500:
                failed.append(where.route.name)
        registered = client.register(f"nina@{MARKER}.example", first_name=MARKER)
    assert registered.status == 500
    assert len(failed) > len(writes) / 2, failed
    for kind in LOG_FORMATS:
        for shows_texts in (False, True):
            formatter = LineFormatter(kind=kind, shows_texts=shows_texts)
            lines = [formatter.format(record) for record in caplog.records]
            assert sum(_CHECK_VIOLATION in line for line in lines) > len(failed)
            assert [line for line in lines if MARKER in line] == []
