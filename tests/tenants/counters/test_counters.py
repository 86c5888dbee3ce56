"""What tenants have done and have, day by day, without a write for each request."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext

from config.request_log import log_request
from core.accounts.models import User
from core.jobs import PERIODIC
from core.trace import Trace
from tenants.context import public_scope, tenant_scope
from tenants.counters import counting
from tenants.counters.counting import RequestCounters
from tenants.counters.measuring import KEPT_DAYS, measure, sweep_days
from tenants.counters.models import TenantDay, TenantSize
from tenants.counters.summary import count_days, size_by_day, summarize
from tenants.counters.tenant_list import Filters, list_tenants
from tenants.provisioning import lifecycle
from tenants.provisioning.deletion import schedule_deletion
from tenants.provisioning.domains import add_domain
from tenants.provisioning.lifecycle import CreatedTenant
from tenants.quotas.settings import set_quotas
from tests.factories import PositionFactory, UserFactory

TODAY = datetime.now(UTC)


def counters(*, days_ago: int = 0) -> RequestCounters:
    return RequestCounters(clock=lambda: TODAY - timedelta(days=days_ago))


def counted(tenant: CreatedTenant) -> list[tuple[int, int, int]]:
    with public_scope():
        found = TenantDay.objects.filter(tenant_id=tenant.ref.id).order_by("day")
        return list(found.values_list("requests", "refused", "errors"))


def test_what_was_counted_is_written_in_one_statement_for_all_tenants(
    committed_tenant: CreatedTenant, created_acme: CreatedTenant
) -> None:
    mine = counters()
    for status in (200, 201, 404, 500):
        mine.count(committed_tenant.ref.slug, status=status)
    mine.count("acme", status=200)
    mine.count("no-such-tenant", status=200)
    assert counted(committed_tenant) == []
    with CaptureQueriesContext(connection) as queries:
        assert mine.write() == 3
    assert len(queries) == 1
    assert counted(committed_tenant) == [(4, 1, 1)]
    assert mine.write() == 0


def test_processes_add_up_and_days_are_apart(committed_tenant: CreatedTenant) -> None:
    for days_ago in (1, 1, 0):
        process = counters(days_ago=days_ago)
        process.count(committed_tenant.ref.slug, status=200)
        process.write()
    assert counted(committed_tenant) == [(2, 0, 0), (1, 0, 0)]
    with public_scope():
        size = TenantSize.objects.get(tenant_id=committed_tenant.ref.id)
    assert size.last_active_at == TODAY


def test_threads_lose_no_request(committed_tenant: CreatedTenant) -> None:
    mine = counters()

    def count(_: int) -> None:
        for _ in range(500):
            mine.count(committed_tenant.ref.slug, status=200)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(8)))
    mine.write()
    assert counted(committed_tenant) == [(4000, 0, 0)]


def test_nothing_is_lost_while_the_database_is_away(
    committed_tenant: CreatedTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = counters()
    mine.count(committed_tenant.ref.slug, status=200)
    with monkeypatch.context() as patch:

        def fail(*_: object) -> None:
            mine.count(committed_tenant.ref.slug, status=503)
            raise DatabaseError

        patch.setattr(CursorWrapper, "execute", fail)
        with pytest.raises(DatabaseError):
            mine.write()
    mine.write()
    assert counted(committed_tenant) == [(2, 0, 1)]


def test_each_request_of_a_tenant_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = counters()
    monkeypatch.setattr("config.request_log.COUNTERS", mine)
    for tenant, status in (("acme", 200), ("acme", 503), ("", 200)):
        log_request(
            Trace("r", tenant=tenant), method="GET", path="/v1/me", status=status, seconds=0.0
        )
    assert {slug: counts for (slug, _), counts in mine._counts.items()} == {"acme": [2, 0, 1]}


def test_counting_goes_on_after_a_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(RequestCounters):
        def write(self) -> int:
            raise DatabaseError("secret")

    monkeypatch.setattr(counting, "COUNTERS", Broken())
    counting._write()
    assert "DatabaseError" in caplog.text
    assert "secret" not in caplog.text


def test_a_tenant_is_measured(committed_tenant: CreatedTenant) -> None:
    ref = committed_tenant.ref
    with tenant_scope(ref):
        owner = User.objects.get()
        PositionFactory.create_batch(3, created_by=owner)
        UserFactory(email="second@one.test")
        assert measure.run() == "2 users, 3 positions, 0 applications, 0 bytes"
        measure.run()
    [today] = size_by_day(ref)
    assert (today.users, today.positions, today.storage) == (2, 3, 0)


def test_it_is_measured_in_each_tenant_and_old_days_are_forgotten(
    committed_tenant: CreatedTenant,
) -> None:
    assert PERIODIC["counters.measure"].place == "each tenant"
    for days_ago in (KEPT_DAYS + 1, 0):
        old = counters(days_ago=days_ago)
        old.count(committed_tenant.ref.slug, status=200)
        old.write()
    with public_scope():
        sweep_days.run()
    assert counted(committed_tenant) == [(1, 0, 0)]


@pytest.fixture
def three(autocommit: None) -> Iterator[list[CreatedTenant]]:
    made = [
        lifecycle.create_tenant(
            f"listed-{letter}",
            name=f"Listed {letter.upper()}",
            owner_email="l@l.test",
            sandbox=letter == "c",
        )
        for letter in "abc"
    ]
    yield made
    for one in made:
        lifecycle.delete_tenant(one.ref.slug)


def slugs(filters: Filters, **page: object) -> list[str]:
    found = list_tenants(filters, **page).tenants  # type: ignore[arg-type]
    return [one.slug for one in found if one.slug.startswith("listed-")]


def test_the_list_has_filters_and_pages(three: list[CreatedTenant]) -> None:
    lifecycle.suspend_tenant("listed-b")
    every = ["listed-a", "listed-b", "listed-c"]
    assert slugs(Filters(search="LISTED")) == every
    assert slugs(Filters(search="listed-b.local")) == ["listed-b"]
    add_domain("listed-c", "jobs.bücher.test")
    assert slugs(Filters(search="bücher")) == slugs(Filters(search="JOBS.Bücher")) == ["listed-c"]
    assert slugs(Filters(search="isted_a")) == slugs(Filters(search="%")) == []
    assert slugs(Filters(search="listed", status="suspended")) == ["listed-b"]
    assert slugs(Filters(search="listed", is_sandbox=True)) == ["listed-c"]
    assert slugs(Filters(search="listed", is_outdated=False)) == every
    assert slugs(Filters(search="listed", is_outdated=True)) == []
    first = list_tenants(Filters(search="listed"), limit=2)
    assert first.next_after == "listed-b"
    second = list_tenants(Filters(search="listed"), after="listed-b", limit=2)
    assert [one.slug for one in second.tenants] == ["listed-c"]
    assert second.next_after is None


def test_a_row_of_the_list_says_what_a_tenant_has(three: list[CreatedTenant]) -> None:
    ref = three[0].ref
    with tenant_scope(ref):
        measure.run()
    set_quotas(ref, {"storage": 5})
    schedule_deletion("listed-a", days=2)
    [row] = list_tenants(Filters(search="listed-a")).tenants
    assert (row.host, row.users, row.storage_limit) == ("listed-a.localhost", 1, 5)
    assert row.status == "deleting"
    assert row.purge_at is not None


def test_the_list_and_the_home_page_take_a_handful_of_statements(
    three: list[CreatedTenant],
) -> None:
    with CaptureQueriesContext(connection) as queries:
        list_tenants(Filters(search="listed", is_outdated=False))
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        summarize()
    assert len(queries) == 5


def test_the_home_page_knows_states_days_and_the_busiest(three: list[CreatedTenant]) -> None:
    before = summarize()
    lifecycle.suspend_tenant("listed-b")
    # The page has the database's day, which may have begun since the tests did.
    today = RequestCounters(clock=lambda: datetime.now(UTC))
    for slug, number, status in (("listed-a", 9, 200), ("listed-b", 2, 500)):
        for _ in range(number):
            today.count(slug, status=status)
    today.write()
    after = summarize()
    assert after.by_status["suspended"] == before.by_status["suspended"] + 1
    assert len(after.days) == 30
    assert after.days[-1].requests == before.days[-1].requests + 11
    assert "listed-a" in [one.slug for one in after.busiest]
    assert "listed-b" in [one.slug for one in after.failing]
    assert "listed-a" not in [one.slug for one in after.failing]
    assert count_days(three[0].ref)[-1].requests == 9


def test_a_request_belongs_to_the_day_in_utc_whatever_the_zone_of_the_clock(
    committed_tenant: CreatedTenant,
) -> None:
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
    far = timezone(timedelta(hours=14))
    # In the zone of Kiritimati both are one day.
    moments = iter([midnight - timedelta(seconds=1), midnight, midnight, midnight])
    mine = RequestCounters(clock=lambda: next(moments).astimezone(far))
    mine.count(committed_tenant.ref.slug, status=200)
    mine.count(committed_tenant.ref.slug, status=200)
    mine.write()
    with public_scope():
        days = TenantDay.objects.filter(tenant_id=committed_tenant.ref.id).order_by("day")
        assert list(days.values_list("day", flat=True)) == [
            (midnight - timedelta(days=1)).date(),
            midnight.date(),
        ]
