"""Every route that writes leaves an entry in the tenant's audit log, which names the one who acted, and no person."""

import json

import pytest
from django.db import connection

from api_v1.versions import OLDEST
from core.audit_actions import ACTIONS
from tenants.audit.models import Entry
from tenants.audit.proof import MAC_BYTES
from tenants.context import TenantRef, tenant_scope
from tests.every_route.actors import actor_for
from tests.every_route.routes import EVERY, VersionedRoute
from tests.job_seekers import PASSWORD, client_of

# They mail a link, whether an account has the address or not, and change nothing.
CHANGE_NOTHING = {"POST /users/resend_confirmation", "POST /users/forgot_password"}
# They change nothing in the state that the actors are in, or need a provider: tests/api_v1/jobhax and below.
ELSEWHERE = {
    "POST /positions/{position_id}/restore",
    "POST /positions/{position_id}/candidates/{candidate_id}/unreject",
    "POST /users/update_gmail_token",
    "GET /users/sync_user_emails",
    "POST /users/auth_social_user",
    "POST /users/confirm_email",
    "POST /mailboxes/add_mailbox",
}
# Without a credential; below.
LOG_INS = {
    "POST /users/register",
    "POST /users/login",
    "POST /users/refresh_token",
    "POST /users/logout",
    "POST /users/reset_password",
}
WRITES = [
    where
    for where in EVERY
    if where.route.write
    and where.route.name not in CHANGE_NOTHING | ELSEWHERE | LOG_INS
    # The oldest version changes the status alone, which the actor's application has already.
    and (where.route.name, where.version) != ("POST /jobapps/update_jobapp", OLDEST)
]


def entries_after(tenant: TenantRef, last: int) -> list[Entry]:
    with tenant_scope(tenant):
        return list(Entry.objects.filter(id__gt=last).order_by("id"))


def newest(tenant: TenantRef) -> int:
    with tenant_scope(tenant):
        return Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0


@pytest.mark.parametrize("where", WRITES, ids=str)
def test_a_write_leaves_an_entry(acme: TenantRef, where: VersionedRoute) -> None:
    actor = actor_for(acme, where)
    before = newest(acme)
    reply = actor.call(where)
    assert reply.status == 200
    entries = entries_after(acme, before)
    assert entries
    kind = "key" if where.api == "happo" else "user"
    for entry in entries:
        assert entry.actor_kind == kind
        assert entry.address == "127.0.0.1"
        assert entry.request_id == reply.headers["x-request-id"]
        assert entry.object_kind == ACTIONS[entry.action].kind
        assert len(entry.mac) == MAC_BYTES
        # Nothing of what was sent or stored, but for ids and words.
        assert "@" not in json.dumps([entry.actor_id, entry.object_id, entry.changes])


def test_every_log_in_and_its_failure_leave_an_entry(acme: TenantRef) -> None:
    api = client_of(acme)
    before = newest(acme)
    assert api.register("nina@new.test").code == 0
    assert api.login("nina@new.test", "wrong").code != 0
    assert api.login("nobody@new.test", "wrong").code != 0
    assert api.login("nina@new.test", PASSWORD).code == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuid::text FROM accounts_user WHERE email = 'nina@new.test'")
        nina = cursor.fetchone()[0]
    found = [
        (entry.action, entry.actor_kind, entry.object_id) for entry in entries_after(acme, before)
    ]
    assert found == [
        ("user.register", "anonymous", nina),
        ("user.login_failed", "anonymous", nina),
        ("user.login_failed", "anonymous", ""),
        ("user.login", "user", nina),
    ]


def test_every_route_is_considered() -> None:
    writes = {where.route.name for where in EVERY if where.route.write}
    assert writes >= CHANGE_NOTHING | ELSEWHERE | LOG_INS
