"""Buckets in memory: of clients without a credential, who cost no statement and no more memory than a few megabytes."""

import pytest

from core.errors import RateLimited
from core.limits import local_buckets
from core.limits.local_buckets import LocalBuckets


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def passes(buckets: LocalBuckets, key: str, *, cost: int = 1) -> bool:
    try:
        buckets.spend(key, cost=cost)
    except RateLimited:
        return False
    return True


def test_a_bucket_empties_and_fills_with_time() -> None:
    clock = Clock()
    buckets = LocalBuckets(rate=2, burst=3, clock=clock)
    assert [passes(buckets, "a") for _ in range(4)] == [True, True, True, False]
    clock.now += 1
    assert [passes(buckets, "a") for _ in range(3)] == [True, True, False]
    clock.now += 1000
    assert [passes(buckets, "a") for _ in range(4)] == [True, True, True, False]


def test_each_key_has_its_own_bucket() -> None:
    buckets = LocalBuckets(rate=1, burst=1)
    assert passes(buckets, "a")
    assert not passes(buckets, "a")
    assert passes(buckets, "b")


def test_the_time_to_wait_is_that_until_the_tokens_are_there() -> None:
    buckets = LocalBuckets(rate=0.5, burst=10, clock=Clock())
    buckets.spend("a", cost=8)
    with pytest.raises(RateLimited) as refused:
        buckets.spend("a", cost=4)
    assert refused.value.retry_after.total_seconds() == 4
    assert passes(buckets, "a", cost=2)


def test_a_request_costs_at_most_a_whole_bucket() -> None:
    buckets = LocalBuckets(rate=1, burst=5)
    assert passes(buckets, "a", cost=60)
    assert not passes(buckets, "a")


def test_only_so_many_buckets_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_buckets, "CAPACITY", 2)
    buckets = LocalBuckets(rate=0.001, burst=1)
    for key in ("a", "b", "c", "b"):
        passes(buckets, key)
    assert not passes(buckets, "b")
    # The oldest was dropped.
    assert passes(buckets, "a")
