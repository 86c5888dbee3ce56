"""What the console asks for and the provisioning worker does."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from psycopg import sql
from psycopg.errors import LockNotAvailable

from core.accounts.logins.provider_settings import read_provider_settings
from core.accounts.models import User
from core.accounts.queries import authenticate_api_key
from core.errors import Conflict, Forbidden, Invalid, NotFound
from tenants.context import public_scope, tenant_scope
from tenants.database.owner import owner_connection
from tenants.models import AuditEntry, PluginSwitch, Tenant
from tenants.operators.accounts import disable_operator, remove_operator
from tenants.provisioning import lifecycle, performing, worker
from tenants.provisioning.lifecycle import Progress
from tenants.provisioning.models import ProvisioningRequest, SealedCredentials
from tenants.provisioning.performing import MOST_ATTEMPTS, perform_waiting_requests
from tenants.provisioning.requests import request_verb, take_credentials
from tenants.provisioning.verbs import (
    AddDomain,
    CreateOperator,
    DeleteTenant,
    DisableOperator,
    EnableOperator,
    MakePrimary,
    MigrateTenant,
    ProviderSetup,
    RemoveDomain,
    RemoveOperator,
    ResetSecondFactor,
    ResetTenant,
    RestoreTenant,
    SetOperatorRole,
    Verb,
    encrypt_setups,
)
from tenants.provisioning.verbs.base import Outcome
from tenants.quotas.settings import read_quotas
from tenants.registry import require_tenant
from tests.tenants.provisioning.requests import (
    ask,
    new_operator,
    new_tenant,
    status_of,
    stored_text,
)


def test_a_tenant_is_made_and_its_credentials_are_given_once(operator: User, slug: str) -> None:
    request, key = ask(new_tenant(slug), operator)
    assert status_of(request, operator).state == "waiting"
    assert perform_waiting_requests() == 1
    status = status_of(request, operator)
    assert (status.state, status.outcome["host"]) == ("done", f"{slug}.localhost")
    text = stored_text(request)
    given = take_credentials(request, private_key=key, operator=operator)
    with tenant_scope(require_tenant(slug)):
        assert authenticate_api_key(given["api_key"]).email == f"owner@{slug}.test"
    assert given["client_secret"]
    assert not any(secret in text for secret in given.values())
    with pytest.raises(NotFound):
        take_credentials(request, private_key=key, operator=operator)


def test_no_other_key_and_no_other_operator_gets_the_credentials(operator: User, slug: str) -> None:
    request, key = ask(new_tenant(slug), operator)
    perform_waiting_requests()
    for wrong, who in ((ask(new_tenant(f"{slug}x"), operator)[1], operator), (key, new_operator())):
        with pytest.raises(NotFound):
            take_credentials(request, private_key=wrong, operator=who)
    assert take_credentials(request, private_key=key, operator=operator)


def test_credentials_that_no_page_takes_expire_and_are_deleted(
    operator: User, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(performing, "SHOWN_WITHIN", -performing.SHOWN_WITHIN)
    request, key = ask(new_tenant(slug), operator)
    perform_waiting_requests()
    with pytest.raises(NotFound):
        take_credentials(request, private_key=key, operator=operator)
    worker._tidy()
    with public_scope():
        assert not SealedCredentials.objects.filter(request_id=request).exists()


def test_quotas_plugins_and_settings_come_with_the_tenant(operator: User, slug: str) -> None:
    hidden = "hidden from all"
    verb = new_tenant(
        slug,
        is_sandbox=True,
        quotas={"positions": 7},
        plugins_off=(("linkedin", "login"),),
        providers=encrypt_setups(
            [ProviderSetup(provider="google-oauth2", client_id="app-1", secret=hidden)]
        ),
    )
    request, _ = ask(verb, operator)
    assert hidden not in stored_text(request)
    perform_waiting_requests()
    assert status_of(request, operator).state == "done", status_of(request, operator).error
    tenant = require_tenant(slug)
    assert tenant.is_sandbox
    assert read_quotas(tenant)["positions"].limit == 7
    with public_scope():
        assert PluginSwitch.objects.filter(tenant_id=tenant.id, is_on=False).count() == 1
        assert "providers" not in ProvisioningRequest.objects.get(id=request).arguments
    with tenant_scope(tenant):
        [client] = read_provider_settings("google-oauth2").clients
        assert (client.id, client.secret) == ("app-1", hidden)


def test_it_is_in_the_log_who_asked(operator: User, slug: str) -> None:
    ask(new_tenant(slug), operator)
    perform_waiting_requests()
    with public_scope():
        entries = AuditEntry.objects.filter(tenant=slug).order_by("id")
        found = [(entry.action, entry.actor_id, entry.address) for entry in entries]
    source = (str(operator.uuid), "192.0.2.9")
    assert found == [("provisioning.request", *source), ("tenant.create", *source)]


def test_what_cannot_be_done_is_refused_at_once(operator: User, slug: str) -> None:
    for verb, refusal in (
        (new_tenant("Not A Slug"), Invalid),
        (new_tenant(slug, domain="no host"), Invalid),
        (DeleteTenant(slug=slug), NotFound),
    ):
        with pytest.raises(refusal):
            ask(verb, operator)
    perform_waiting_requests()
    lifecycle.create_tenant(slug, name="Taken", owner_email="t@t.test")
    with pytest.raises(Conflict):
        ask(new_tenant(slug), operator)
    assert perform_waiting_requests() == 0


def test_an_operator_without_all_rights_asks_for_nothing(operator: User, slug: str) -> None:
    operator.is_superuser = False
    with pytest.raises(Forbidden):
        ask(new_tenant(slug), operator)


def test_what_an_operator_asked_who_is_disabled_since_is_not_done(
    operator: User, slug: str
) -> None:
    request, _ = ask(new_tenant(slug), operator)
    disable_operator(operator.email)
    perform_waiting_requests()
    status = status_of(request, operator)
    assert (status.state, status.error) == (
        "failed",
        "The operator who asked may no longer do this",
    )
    assert not Tenant.objects.filter(slug=slug).exists()


def test_operators_who_demote_each_other_at_once_do_not_both_succeed(
    operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = new_operator()
    ours, _ = ask(SetOperatorRole(email=other.email, may_change=False), operator)
    perform, refusals = SetOperatorRole.perform, []

    def perform_while_the_other_does_the_same(verb: SetOperatorRole, note: Progress) -> Outcome:
        with performing.open_control() as second:
            second.execute("SET lock_timeout = '50ms'")
            demote = "UPDATE accounts_user SET is_superuser = false WHERE uuid = %s"
            try:
                second.execute(demote, [operator.uuid])
            except LockNotAvailable:
                refusals.append(verb.email)
        return perform(verb, note)

    monkeypatch.setattr(SetOperatorRole, "perform", perform_while_the_other_does_the_same)
    theirs, _ = ask(SetOperatorRole(email=operator.email, may_change=False), other)
    try:
        perform_waiting_requests()
        assert refusals == [other.email]
        assert status_of(ours, operator).state == "done"
        assert status_of(theirs, other).error == "The operator who asked may no longer do this"
    finally:
        with owner_connection():
            ProvisioningRequest.objects.filter(operator=other.uuid).delete()
        remove_operator(other.email)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tenants_provisioningrequest SET state = 'done'",
        "DELETE FROM tenants_provisioningrequest",
        "INSERT INTO tenants_sealedcredentials (request_id) VALUES (gen_random_uuid())",
        "UPDATE tenants_sealedcredentials SET expires_at = now()",
        "UPDATE tenants_provisioningworker SET seen_at = now()",
        "INSERT INTO tenants_provisioningrequest (id, state) VALUES (gen_random_uuid(), 'done')",
        "UPDATE tenants_tenant SET purge_at = now()",
    ],
    ids=["finish", "forget", "seal", "keep", "pretend", "insert-done", "purge"],
)
def test_the_application_can_only_ask(autocommit: None, statement: str) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="permission denied"):
        cursor.execute(statement)


def test_a_tenants_role_sees_no_request(created_acme: lifecycle.CreatedTenant, db: None) -> None:
    with (
        tenant_scope(created_acme.ref),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM public.tenants_provisioningrequest")


def test_ten_at_once_are_all_made(operator: User, slug: str) -> None:
    slugs = [f"{slug}-{number}" for number in range(10)]
    asked = [ask(new_tenant(one), operator) for one in slugs]
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(in_a_thread) for _ in range(4)]:
            done.result()
    try:
        for request, key in asked:
            assert status_of(request, operator).state == "done"
            assert take_credentials(request, private_key=key, operator=operator)["api_key"]
    finally:
        for one in slugs:
            lifecycle.delete_tenant(one)


def test_the_same_slug_twice_at_once_is_said(operator: User, slug: str) -> None:
    asked = [ask(new_tenant(slug), operator)[0] for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(in_a_thread) for _ in range(2)]:
            done.result()
    found = sorted(
        (status_of(one, operator).state, status_of(one, operator).error) for one in asked
    )
    assert found == [("done", ""), ("failed", "The slug is already in use")]


def in_a_thread() -> None:
    try:
        perform_waiting_requests()
    finally:
        connections.close_all()


def test_every_verb_is_done_as_its_command_does_it(operator: User, slug: str) -> None:
    def done(verb: Verb) -> dict[str, str]:
        request, key = ask(verb, operator)
        perform_waiting_requests()
        status = status_of(request, operator)
        assert (status.state, status.error) == ("done", ""), verb.name
        if not verb.has_secrets:
            return {}
        return take_credentials(request, private_key=key, operator=operator)

    before = done(new_tenant(slug, is_sandbox=True))
    assert done(ResetTenant(slug=slug))["api_key"] != before["api_key"]
    done(AddDomain(slug=slug, domain=f"jobs.{slug}.test", is_verified=True))
    done(MakePrimary(slug=slug, domain=f"jobs.{slug}.test"))
    done(RemoveDomain(slug=slug, domain=f"{slug}.localhost"))
    done(DeleteTenant(slug=slug))
    assert require_tenant(slug).status == "deleting"
    done(RestoreTenant(slug=slug))
    assert require_tenant(slug).status == "active"
    done(MigrateTenant(slug=slug))
    colleague = f"colleague@{slug}.test"
    assert done(CreateOperator(email=colleague))["password"]
    done(SetOperatorRole(email=colleague, may_change=False))
    done(ResetSecondFactor(email=colleague))
    done(DisableOperator(email=colleague))
    done(EnableOperator(email=colleague))
    done(RemoveOperator(email=colleague))


def test_a_tenant_of_the_console_is_the_same_as_one_of_the_terminal(
    operator: User, slug: str
) -> None:
    ask(new_tenant(slug), operator)
    perform_waiting_requests()
    other, owner = f"{slug}-2", new_tenant(slug).owner_email
    call_command(
        "tenant", "create", other, "--name", "Acme", "--owner-email", owner, stdout=StringIO()
    )
    try:
        assert describe(slug) == describe(other)
    finally:
        lifecycle.delete_tenant(other)


def describe(slug: str) -> tuple[object, ...]:
    """Return what the tenant's role may do to each table, the rows of each, and the tenant's own row."""
    tenant = require_tenant(slug)
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(_RIGHTS, [tenant.schema_name])
        rights = cursor.fetchall()
        rows = {}
        for (table,) in {(table,) for table, _ in rights}:
            name = sql.SQL("SELECT count(*) FROM {}").format(
                sql.Identifier(tenant.schema_name, table)
            )
            cursor.execute(name)
            rows[table] = cursor.fetchone()
    row = Tenant.objects.get(slug=slug)
    hosts = [(one.is_primary, one.verified_at is not None) for one in row.domains.all()]
    return rights, rows, row.status, row.is_sandbox, row.schema_digest, hosts


_RIGHTS = """
    SELECT c.relname,
           replace(array_to_string(c.relacl, ' '), n.nspname, 'its role')
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = %s AND c.relkind = 'r' ORDER BY c.relname
"""


def test_arguments_that_no_page_sends_fail_and_do_not_stop_the_others(
    operator: User, slug: str
) -> None:
    bad, _ = ask(new_tenant(slug), operator)
    with owner_connection():
        ProvisioningRequest.objects.filter(id=bad).update(arguments={"slug": 1, "x": "y"})
    good, _ = ask(new_tenant(slug), operator)
    perform_waiting_requests()
    assert status_of(bad, operator).error == "The arguments of the request are not valid"
    assert status_of(good, operator).state == "done"


def test_a_request_that_interrupts_its_worker_each_time_fails_in_the_end(
    operator: User, slug: str
) -> None:
    request, _ = ask(new_tenant(slug), operator)
    with owner_connection():
        ProvisioningRequest.objects.filter(id=request).update(attempts=MOST_ATTEMPTS)
    perform_waiting_requests()
    assert status_of(request, operator).error == "It was interrupted 5 times"


def test_a_verb_with_secrets_needs_a_key(operator: User, slug: str) -> None:
    with pytest.raises(ValueError, match="a key is for verbs with secrets"):
        request_verb(new_tenant(slug), operator=operator)
