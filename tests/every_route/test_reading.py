"""Reading changes nothing: of all routes and pages, only the documented `sync_user_emails` changes state by GET."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver
from pytest_django import Settings

from core.accounts.account_invitations import make_account_token
from core.accounts.logins.mailed_tokens import CONFIRMATION, PASSWORD_RESET
from core.accounts.models import User
from core.accounts.roles import Role
from core.recruiting.services.invitation_mail import make_token
from tenants.context import TenantRef
from tests.clients import HappoClient
from tests.every_route.actors import actor_for
from tests.every_route.routes import EVERY, Actor, VersionedRoute
from tests.factories import CollaboratorFactory, PlaceholderFactory
from tests.job_seekers import client_of
from tests.tenants.jobs.queue import jobs_of

DOCUMENTED = "GET /users/sync_user_emails"
READS = [where for where in EVERY if where.route.method == "GET" and where.route.name != DOCUMENTED]
# When a key was last used, and what rate limits count; the last one only the owner may read.
NOT_OF_THE_REQUEST = ("accounts_apikey", "traffic_", "django_migrations")
PAGES = [pattern for pattern in get_resolver().url_patterns if isinstance(pattern, URLPattern)]


def contents(tenant: TenantRef) -> dict[str, object]:
    """Return a digest of every table of the active tenant, and its jobs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        found: dict[str, object] = {"jobs": len(jobs_of(tenant))}
        for (table,) in cursor.fetchall():
            if not table.startswith(NOT_OF_THE_REQUEST):
                cursor.execute(
                    f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t'  # noqa: S608
                )
                found[table] = cursor.fetchone()[0]
        return found


def file_token(actor: Actor) -> str:
    """Return the token of the link to the actor's file."""
    view = HappoClient(actor.bearer).get(f"/attachments/{actor.ids['attachment_id']}")
    return str(view.data["accessUrl"]).rpartition("/")[2]


def test_the_document_names_one_route_that_writes_by_get() -> None:
    writes = {
        where.route.name for where in EVERY if where.route.method == "GET" and where.route.write
    }
    assert writes == {DOCUMENTED}


@pytest.mark.parametrize("where", READS, ids=str)
def test_a_route_changes_nothing_by_get(acme: TenantRef, where: VersionedRoute) -> None:
    actor = actor_for(acme, where)
    if where.route.path == "/files/{token}":
        actor = replace(actor, ids={"token": file_token(actor)})
    before = contents(acme)
    actor.call(where)
    assert contents(acme) == before


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.pattern))
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_page_changes_nothing_by_get(
    acme: TenantRef, page: URLPattern, method: str, settings: Settings
) -> None:
    settings.INBOUND_WEBHOOKS, settings.ANYMAIL = ["postmark"], {"WEBHOOK_SECRET": "a:b"}
    assert client_of(acme).register("nina@new.test").code == 0
    nina = User.objects.get(email="nina@new.test")
    invited = CollaboratorFactory(status="awaiting_approval", mail_number=1)
    tokens = {
        "reset-password": f"acme.{PASSWORD_RESET.make(nina)}",
        "join": f"acme.{make_account_token(PlaceholderFactory(), Role.USER)}",
        "invitation": f"acme.{make_token(invited.id, mail_number=1, email=invited.user.email)}",
    }
    before = contents(acme)
    path = f"/{page.pattern}".replace("<slug:slug>", "acme").replace("<path:service>", "postmark")
    token = tokens.get(str(page.name), CONFIRMATION.make(nina))
    answer = getattr(Client(), method)(path, {"token": token})
    assert answer.status_code in (200, 302, 405)
    assert contents(acme) == before


def test_a_change_would_be_noticed(acme: TenantRef) -> None:
    before = contents(acme)
    User.objects.create(email="nina@new.test")
    assert contents(acme) != before
