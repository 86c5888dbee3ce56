"""Jobs in the queue: their tenant, when they appear, and who may read them."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from core.accounts.models import User
from core.jobs import enqueue, enqueue_all
from core.mail.sync import sync_mail
from tenants import registry
from tenants.context import NoTenantScope, TenantRef, public_scope, tenant_scope
from tenants.jobs.queue import run_job
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.quotas.settings import set_quotas
from tests.tenants.jobs.queue import first_name, jobs_of, rescue, work_until_empty
from tests.tenants.jobs.tasks import add_letter, do_nothing, fail, give_up


def test_a_job_bears_its_tenant(acme: TenantRef, globex: TenantRef) -> None:
    assert enqueue(add_letter, key="1", user_uuid="a")
    (job,) = jobs_of(acme)
    assert (job.task, job.status) == ("tests.add_letter", "todo")
    assert job.args == {"tenant": acme.schema_name, "arguments": {"user_uuid": "a"}}
    assert jobs_of(globex) == []


def test_one_job_waits_per_key(acme: TenantRef, globex: TenantRef) -> None:
    assert enqueue(add_letter, key="1", user_uuid="a")
    assert not enqueue(add_letter, key="1", user_uuid="a")
    assert enqueue(add_letter, key="2", user_uuid="a")
    assert enqueue(fail, key="1", user_uuid="a")
    with tenant_scope(globex):
        assert enqueue(add_letter, key="1", user_uuid="a")
    assert len(jobs_of(acme)) == 3


def test_a_second_job_of_a_key_does_not_break_the_transaction(acme: TenantRef) -> None:
    enqueue(add_letter, key="1", user_uuid="a")
    with transaction.atomic():
        enqueue(add_letter, key="1", user_uuid="a")
        assert User.objects.exists()


def test_a_job_goes_with_the_callers_transaction(acme: TenantRef) -> None:
    with transaction.atomic():
        enqueue(add_letter, key="1", user_uuid="a")
        transaction.set_rollback(True)
    assert jobs_of(acme) == []


def test_outside_of_a_scope_nothing_is_enqueued(db: None) -> None:
    with pytest.raises(NoTenantScope):
        enqueue(add_letter, key="1", user_uuid="a")


def test_the_applications_own_role_enqueues_nothing(db: None) -> None:
    with (
        pytest.raises(DatabaseError, match="only a tenant's role"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT happo_jobs.enqueue('tests.fail', 'x', '{}')")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM public.procrastinate_jobs",
        "DELETE FROM public.procrastinate_jobs",
        "SELECT * FROM happo_jobs.record",
        "INSERT INTO happo_jobs.record (job_id, done, outcome) VALUES (1, true, '')",
        "SELECT public.procrastinate_finish_job_v1(1, 'failed', true)",
    ],
)
def test_a_tenants_role_sees_nothing_of_the_queue(acme: TenantRef, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_arguments_are_identifiers(acme: TenantRef) -> None:
    for odd in ("x" * 301, ["a"], {"a": 1}, b"a"):
        with pytest.raises(TypeError):
            enqueue(add_letter, key="1", user_uuid=odd)  # type: ignore[arg-type]


class TestDoing:
    """A worker runs the jobs."""

    def test_it_is_done_in_the_scope_of_its_tenant(self, committed_tenant: CreatedTenant) -> None:
        ref, user = committed_tenant.ref, committed_tenant.owner_uuid
        with tenant_scope(ref):
            enqueue(add_letter, key="1", user_uuid=user)
        work_until_empty()
        (job,) = jobs_of(ref)
        assert (job.status, job.outcome) == ("succeeded", f"in {ref.slug}")
        assert first_name(ref, user) == "x"

    def test_a_failure_undoes_its_work_and_waits_for_the_next_try(
        self, committed_tenant: CreatedTenant
    ) -> None:
        ref, user = committed_tenant.ref, committed_tenant.owner_uuid
        with tenant_scope(ref):
            enqueue(fail, key="1", user_uuid=user)
        work_until_empty()
        (job,) = jobs_of(ref)
        assert (job.status, job.attempts, job.outcome) == ("todo", 1, "ValueError")
        assert first_name(ref, user) == ""

    @pytest.mark.parametrize("hours", [-2, 2])
    def test_a_worker_whose_clock_is_wrong_waits_as_long(
        self, committed_tenant: CreatedTenant, hours: int
    ) -> None:
        with tenant_scope(committed_tenant.ref):
            enqueue(fail, key="1", user_uuid=committed_tenant.owner_uuid)
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
            work_until_empty()
        (job,) = jobs_of(committed_tenant.ref)
        assert (job.status, job.attempts) == ("todo", 1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT scheduled_at - now() BETWEEN interval '5 min' AND interval '15 min'"
                " FROM procrastinate_jobs WHERE id = %s",
                [job.id],
            )
            assert cursor.fetchone() == (True,)

    @pytest.mark.parametrize("hours", [-2, 2])
    def test_a_rescued_job_is_due_at_once_whatever_the_rescuers_clock_says(
        self, committed_tenant: CreatedTenant, hours: int
    ) -> None:
        ref, user = committed_tenant.ref, committed_tenant.owner_uuid
        with tenant_scope(ref):
            enqueue(add_letter, key="1", user_uuid=user)
        _start_all()
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours)):
            rescue()
        work_until_empty()
        assert [job.status for job in jobs_of(ref)] == ["succeeded"]

    def test_the_last_failure_is_final(self, committed_tenant: CreatedTenant) -> None:
        ref = committed_tenant.ref
        with tenant_scope(ref):
            enqueue(fail, key="1", user_uuid=committed_tenant.owner_uuid)
        work_until_empty()
        _make_due()
        work_until_empty()
        (job,) = jobs_of(ref)
        assert (job.status, job.attempts) == ("failed", 2)

    def test_a_newer_job_of_the_same_key_takes_the_place_of_a_retry(
        self, committed_tenant: CreatedTenant
    ) -> None:
        ref, user = committed_tenant.ref, committed_tenant.owner_uuid
        with tenant_scope(ref):
            enqueue(fail, key="1", user_uuid=user)
        _start_all()
        with tenant_scope(ref):
            assert enqueue(fail, key="1", user_uuid=user)
        rescue()
        assert [job.status for job in jobs_of(ref)] == ["failed", "todo"]

    def test_giving_up_ends_it_with_the_reason(self, committed_tenant: CreatedTenant) -> None:
        with tenant_scope(committed_tenant.ref):
            enqueue(give_up, key="1")
        work_until_empty()
        (job,) = jobs_of(committed_tenant.ref)
        assert (job.status, job.outcome) == ("failed", "no way to do this")

    def test_the_same_job_twice_has_one_effect(self, committed_tenant: CreatedTenant) -> None:
        ref, user = committed_tenant.ref, committed_tenant.owner_uuid
        with tenant_scope(ref):
            enqueue(add_letter, key="1", user_uuid=user)
        (job,) = jobs_of(ref)
        for _ in range(2):
            run_job(
                add_letter,
                job_id=job.id,
                schema_name=ref.schema_name,
                arguments={"user_uuid": str(user)},
            )
        assert first_name(ref, user) == "x"

    def test_a_tenant_that_is_gone_has_nothing_done(self, committed_tenant: CreatedTenant) -> None:
        other = lifecycle.create_tenant("gone", name="Gone", owner_email="g@gone.test")
        with tenant_scope(other.ref):
            enqueue(add_letter, key="1", user_uuid=other.owner_uuid)
        lifecycle.delete_tenant("gone")
        registry.forget_tenants()
        work_until_empty()
        (job,) = jobs_of(other.ref)
        assert (job.status, job.outcome) == ("succeeded", "the tenant is gone")

    def test_the_text_of_an_exception_is_not_in_the_record(
        self, committed_tenant: CreatedTenant
    ) -> None:
        with tenant_scope(committed_tenant.ref):
            enqueue(fail, key="1", user_uuid=committed_tenant.owner_uuid)
        work_until_empty()
        assert "secret" not in str(jobs_of(committed_tenant.ref))


def _make_due() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")


def _start_all() -> None:
    """As a worker that died does: the jobs are under way, and no worker runs them."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'")


def test_logs_name_no_secrets(
    committed_tenant: CreatedTenant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with tenant_scope(committed_tenant.ref):
        enqueue(add_letter, key="1", user_uuid=committed_tenant.owner_uuid)
    work_until_empty()
    assert committed_tenant.api_key not in caplog.text


def test_many_jobs_are_enqueued_at_once_behind_those_that_a_person_waits_for(
    acme: TenantRef,
) -> None:
    enqueue(do_nothing, key="2", number=2)
    jobs = {str(number): {"number": number} for number in (3, 1, 2)}
    assert enqueue_all(do_nothing, jobs) == 2
    assert enqueue_all(do_nothing, jobs) == 0
    enqueue(do_nothing, key="4", number=4)
    assert priorities_of(acme) == {2: 0, 3: -1, 1: -1, 4: 0}
    # A person waits for it now.
    assert not enqueue(do_nothing, key="1", number=1)
    assert priorities_of(acme) == {2: 0, 3: -1, 1: 0, 4: 0}


def test_of_many_jobs_as_many_are_enqueued_as_the_quota_leaves_room_for(acme: TenantRef) -> None:
    set_quotas(acme, {"jobs": 3})
    enqueue(do_nothing, key="0", number=0)
    jobs = {str(number): {"number": number} for number in range(1, 6)}
    assert enqueue_all(do_nothing, jobs) == 2
    assert list(priorities_of(acme)) == [0, 1, 2]
    assert enqueue_all(do_nothing, jobs) == 0


def test_a_task_may_leave_out_suspended_tenants(committed_tenant: CreatedTenant) -> None:
    ref = committed_tenant.ref
    with tenant_scope(ref):
        enqueue(sync_mail, key="1", user_id=1)
        enqueue(do_nothing, key="1", number=1)
    lifecycle.suspend_tenant(ref.slug)
    registry.forget_tenants()
    work_until_empty()
    assert [job.outcome for job in jobs_of(ref)] == ["the tenant is suspended", "done"]


def priorities_of(tenant: TenantRef) -> dict[int, int]:
    """Return the priority of each waiting job of `do_nothing` by its number, the oldest first."""
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args->'arguments'->>'number')::int, priority FROM procrastinate_jobs"
            " WHERE args->>'tenant' = %s AND status = 'todo' ORDER BY id",
            [tenant.schema_name],
        )
        return dict(cursor.fetchall())
