"""Periodic work: enqueued once per interval by whichever worker asks first, for each tenant or for the installation."""

import asyncio
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core.accounts.logins.models import AttemptCounter
from core.idempotency.models import StoredReply
from core.jobs import PERIODIC, TASKS
from core.limits.models import Bucket
from core.sweeping import BATCH, BATCHES, delete_rows
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.jobs.periodic import start_due_work
from tenants.jobs.worker import build_app
from tenants.provisioning.lifecycle import CreatedTenant
from tests.database import login_of
from tests.tenants.jobs.queue import empty_queue, jobs_of, work_until_empty

PUBLIC = "operators.sweep_sessions"
OF_INSTALLATION = {PUBLIC, "audit.remove_old_entries", "counters.sweep"}


def let_time_pass(interval: timedelta) -> None:
    with psycopg.connect(login_of(settings.OWNER_DATABASE), autocommit=True) as owner:
        owner.execute("UPDATE happo_jobs.periodic SET started_at = started_at - %s", [interval])


def ask(workers: int = 1) -> None:
    """Look for due work as that many workers do at the same time."""

    async def look() -> None:
        apps = [build_app(connections=1) for _ in range(workers)]
        for app in apps:
            await app.open_async()
        await asyncio.gather(*(start_due_work(app) for app in apps))
        for app in apps:
            await app.close_async()

    asyncio.run(look())


def enqueued() -> list[tuple[str, str]]:
    with public_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args->>'tenant' FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


def test_every_kind_of_leftover_has_its_task() -> None:
    assert set(PERIODIC) == {
        "audit.remove_old_entries",
        "consolesessions.sweep",
        "counters.measure",
        "counters.sweep",
        "exports.sweep",
        "files.sweep_orphans",
        "files.sweep_unlinked",
        "idempotency.sweep",
        "limits.sweep",
        "logins.sweep",
        "mail.erase_old",
        "mail.retry_stopped",
        "mail.schedule",
        "oauth.sweep_tokens",
        PUBLIC,
    }
    assert set(PERIODIC) <= set(TASKS)


def test_many_workers_start_one_round_per_interval(committed_tenant: CreatedTenant) -> None:
    empty_queue()
    ask(workers=4)
    of_tenant = [task for task, place in enqueued() if place == committed_tenant.ref.schema_name]
    assert sorted(of_tenant) == sorted(set(PERIODIC) - OF_INSTALLATION)
    assert enqueued().count((PUBLIC, "public")) == 1
    forget_jobs()
    ask(workers=4)
    assert enqueued() == []


def forget_jobs() -> None:
    with psycopg.connect(login_of(settings.OWNER_DATABASE), autocommit=True) as owner:
        owner.execute("DELETE FROM public.procrastinate_jobs")


def test_a_task_is_due_again_after_its_interval(committed_tenant: CreatedTenant) -> None:
    empty_queue()
    ask()
    forget_jobs()
    let_time_pass(timedelta(hours=1))
    ask()
    tasks = {task for task, _ in enqueued()}
    assert tasks == {
        name for name, periodic in PERIODIC.items() if periodic.interval <= timedelta(hours=1)
    }


def test_a_round_that_still_waits_is_not_enqueued_again(committed_tenant: CreatedTenant) -> None:
    empty_queue()
    ask()
    before = enqueued()
    let_time_pass(timedelta(days=2))
    ask()
    assert enqueued() == before


def test_a_tenant_that_is_being_deleted_gets_no_round(committed_tenant: CreatedTenant) -> None:
    empty_queue()
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tenants_tenant SET status = 'deleting' WHERE slug = %s",
            [committed_tenant.ref.slug],
        )
    ask()
    assert jobs_of(committed_tenant.ref, periodic=True) == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT happo_jobs.start_periodic('tests.fail', '0', true)",
        "SELECT happo_jobs.fetch(NULL, 1)",
        "SELECT * FROM happo_jobs.periodic",
        "SELECT * FROM happo_jobs.turn",
    ],
)
def test_a_tenants_role_starts_and_fetches_nothing(acme: TenantRef, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_worker_deletes_what_is_too_old_and_keeps_the_rest(
    committed_tenant: CreatedTenant,
) -> None:
    tenant, now = committed_tenant.ref, timezone.now()
    ages = {"old": now - timedelta(days=2), "new": now - timedelta(minutes=1)}
    with tenant_scope(tenant):
        for name, at in ages.items():
            StoredReply.objects.create(
                credential=name, route="r", key="k", request_hash=b"", created_at=at
            )
            Bucket.objects.create(credential=name, tokens=1, leased=0, filled_at=at)
            AttemptCounter.objects.create(
                subject=name.encode(), counted_at=[at], expires_at=at + timedelta(minutes=10)
            )
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date)"
            " VALUES ('old', '', now() - interval '1 s'), ('new', '', now() + interval '1 hour')"
        )
    empty_queue()
    ask()
    work_until_empty()
    outcomes = {job.task: (job.status, job.outcome) for job in jobs_of(tenant, periodic=True)}
    assert outcomes == {
        "consolesessions.sweep": ("succeeded", "0 sessions"),
        "counters.measure": ("succeeded", "1 users, 0 positions, 0 applications, 0 bytes"),
        "exports.sweep": ("succeeded", "0 exports"),
        "files.sweep_orphans": ("succeeded", "0 orphaned files"),
        "files.sweep_unlinked": ("succeeded", "0 unlinked uploads"),
        "idempotency.sweep": ("succeeded", "1 replies"),
        "limits.sweep": ("succeeded", "1 buckets"),
        "logins.sweep": ("succeeded", "1 counters"),
        "mail.erase_old": ("succeeded", "0 mails"),
        "mail.retry_stopped": ("succeeded", "0 mails"),
        "mail.schedule": ("succeeded", "0 users"),
        "oauth.sweep_tokens": ("succeeded", "0 tokens"),
    }
    with tenant_scope(tenant):
        assert [reply.credential for reply in StoredReply.objects.all()] == ["new"]
        assert [bucket.credential for bucket in Bucket.objects.all()] == ["new"]
        assert [bytes(counter.subject) for counter in AttemptCounter.objects.all()] == [b"new"]
    with public_scope(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session RETURNING session_key")
        assert cursor.fetchall() == [("new",)]


def test_a_run_deletes_in_batches_and_leaves_the_rest_to_the_next(acme: TenantRef) -> None:
    # Requests of other tests to a real server leave buckets.
    Bucket.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO traffic_bucket SELECT n::text, 1, 0, now() - interval '2 days'"
            " FROM generate_series(1, %s) AS n",
            [BATCH * BATCHES + 5],
        )
    assert delete_rows("traffic_bucket", where="filled_at < now()") == BATCH * BATCHES
    assert delete_rows("traffic_bucket", where="filled_at < now()") == 5
