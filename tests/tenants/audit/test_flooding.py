"""Strangers can't fill a log with failed log-ins: few are recorded, and the next entry says how many were not."""

import pytest

from core.audit import record
from core.limits.local_buckets import LocalBuckets
from tenants.audit import flooding
from tenants.audit import installation as audit
from tenants.audit.models import Entry
from tenants.context import TenantRef
from tenants.models import AuditEntry


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    buckets = LocalBuckets(rate=flooding.PER_SECOND, burst=3, clock=clock)
    monkeypatch.setattr(flooding, "failures", flooding.FailureLimit(buckets))
    return clock


def omitted_in(entries: list[Entry]) -> list[object]:
    return [entry.changes.get("omitted") for entry in entries]


def test_failed_log_ins_are_counted_beyond_a_limit(acme: TenantRef, clock: Clock) -> None:
    failures = Entry.objects.filter(action="user.login_failed").order_by("id")
    for _ in range(8):
        record("user.login_failed", "", step="password")
    # Of an account, which has a limit of its own.
    record("user.login_failed", 7, step="password")
    assert omitted_in(list(failures.all())) == [None] * 4
    clock.now += 61
    record("user.login_failed", "", step="password")
    record("user.login_failed", "", step="password")
    assert omitted_in(list(failures.all())) == [None] * 4 + [5]


def test_all_other_actions_are_recorded_always(acme: TenantRef, clock: Clock) -> None:
    for _ in range(8):
        record("user.logout", 7)
    assert Entry.objects.filter(action="user.logout").count() == 8


def test_the_log_of_the_installation_is_protected_too(db: None, clock: Clock) -> None:
    failures = AuditEntry.objects.filter(action="operator.login_failed")
    # Other tests may have left entries, which nothing deletes.
    before = failures.count()
    for _ in range(8):
        audit.record("operator.login_failed", "", step="password")
    assert failures.count() == before + 3
