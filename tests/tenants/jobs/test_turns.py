"""Tenants take turns in the queue: how long a job waits doesn't depend on how many jobs another tenant has."""

import asyncio
from collections.abc import Iterator

import pytest
from django.db import connection
from procrastinate.jobs import Job

from core.jobs import enqueue, enqueue_all
from tenants.context import TenantRef, public_scope, tenant_scope
from tenants.jobs.schema import PEOPLES_TURNS, QUEUE
from tenants.jobs.worker import build_app
from tenants.provisioning.lifecycle import CreatedTenant
from tests.made_tenants import made_tenant
from tests.tenants.jobs.queue import empty_queue, work_until_empty
from tests.tenants.jobs.tasks import do_nothing

BUSY_JOBS = 400
# To do four hundred takes long, and says nothing more than to fetch them.
JOBS_TO_DO = 40


@pytest.fixture(scope="module")
def other(
    tenant_of_file: CreatedTenant, django_db_blocker: pytest.FixtureRequest
) -> Iterator[TenantRef]:
    """A second tenant of this file, whose tests the queue alone tells apart."""
    with django_db_blocker.unblock(), made_tenant("Turns") as created:
        yield created.ref


@pytest.fixture(autouse=True)
def _queue_of_this_test(autocommit: None) -> None:
    empty_queue()


def add_jobs(tenant: TenantRef, count: int) -> None:
    with tenant_scope(tenant):
        for number in range(count):
            assert enqueue(do_nothing, key=str(number), number=number)


def in_order_of_work() -> list[str]:
    """Return the tenant of each job that has been done, the one that began first first.

    Of two that run at once, a thread that has to wait for the processor may end its job much later.
    """
    with public_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'tenant' FROM procrastinate_jobs jobs"
            " JOIN procrastinate_events events ON job_id = jobs.id AND type = 'started'"
            " WHERE task_name = 'tests.do_nothing' AND status = 'succeeded' ORDER BY events.id"
        )
        return [tenant for (tenant,) in cursor.fetchall()]


def fetch(count: int) -> list[Job | None]:
    """Fetch as workers do, without doing the jobs."""

    async def fetch_all() -> list[Job | None]:
        app = build_app(connections=1)
        async with app.open_async():
            worker = await app.job_manager.register_worker()
            return [await app.job_manager.fetch_job([QUEUE], worker) for _ in range(count)]

    return asyncio.run(fetch_all())


def test_a_job_behind_four_hundred_of_another_tenant_starts_within_four(
    tenant_of_file: CreatedTenant, other: TenantRef
) -> None:
    add_jobs(tenant_of_file.ref, BUSY_JOBS)
    add_jobs(other, 1)
    assert other.schema_name in [job.task_kwargs["tenant"] for job in fetch(5)]


def test_a_worker_does_them_in_that_order(tenant_of_file: CreatedTenant, other: TenantRef) -> None:
    add_jobs(tenant_of_file.ref, JOBS_TO_DO)
    add_jobs(other, 1)
    work_until_empty()
    order = in_order_of_work()
    assert len(order) == JOBS_TO_DO + 1
    assert order.index(other.schema_name) <= 4


def test_tenants_take_turns_however_many_jobs_they_have(
    tenant_of_file: CreatedTenant, other: TenantRef
) -> None:
    # Of two tenants that had no turn yet, the one whose name comes first begins.
    first, second = sorted((tenant_of_file.ref, other), key=lambda tenant: tenant.schema_name)
    add_jobs(first, 5)
    add_jobs(second, 2)
    served = [job.task_kwargs["tenant"] for job in fetch(7)]
    names = [first.schema_name, second.schema_name]
    assert served == [*names, *names, *(first.schema_name,) * 3]


def test_a_tenant_that_comes_later_is_next(tenant_of_file: CreatedTenant, other: TenantRef) -> None:
    add_jobs(tenant_of_file.ref, 4)
    assert len(fetch(2)) == 2
    add_jobs(other, 1)
    assert fetch(1)[0].task_kwargs["tenant"] == other.schema_name


def test_a_tenant_whose_jobs_run_long_gets_no_second_one_while_another_waits(
    tenant_of_file: CreatedTenant, other: TenantRef
) -> None:
    add_jobs(tenant_of_file.ref, 3)
    add_jobs(other, 3)
    assert len(fetch(2)) == 2
    for _ in range(2):
        # The other's job is done at once; this tenant's first one still runs.
        with public_scope(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'succeeded'"
                " WHERE status = 'doing' AND args->>'tenant' = %s",
                [other.schema_name],
            )
        assert [job and job.task_kwargs["tenant"] for job in fetch(1)] == [other.schema_name]
    assert [job and job.task_kwargs["tenant"] for job in fetch(1)] == [
        tenant_of_file.ref.schema_name
    ]


def test_what_people_wait_for_comes_before_periodic_work_but_for_each_fourth_job(
    tenant_of_file: CreatedTenant, other: TenantRef
) -> None:
    add_jobs(tenant_of_file.ref, 12)
    # Where both tenants are alike, their names decide, which are drawn by lot: this one has a job that runs.
    assert len(fetch(1)) == 1
    with tenant_scope(other):
        periodic = {str(number): {"number": number} for number in range(12)}
        assert enqueue_all(do_nothing, periodic) == 12
    served = [job.task_kwargs["tenant"] for job in fetch(2 * PEOPLES_TURNS)]
    assert served.count(other.schema_name) == 2


def test_one_tenants_jobs_keep_their_order(tenant_of_file: CreatedTenant) -> None:
    add_jobs(tenant_of_file.ref, 3)
    assert [job.task_kwargs["arguments"]["number"] for job in fetch(3)] == [0, 1, 2]
    assert fetch(1) == [None]


def test_a_tenant_whose_jobs_are_not_due_holds_up_no_other(
    tenant_of_file: CreatedTenant, other: TenantRef
) -> None:
    add_jobs(tenant_of_file.ref, 2)
    with public_scope(), connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour'")
    add_jobs(other, 1)
    assert [job and job.task_kwargs["tenant"] for job in fetch(2)] == [other.schema_name, None]
