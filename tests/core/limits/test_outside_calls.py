"""Calls of other services: quick ones wait for each other, and slow ones hold no more threads than they may."""

from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event, Thread

import pytest

from core.errors import Overloaded
from core.limits.outside_calls import SLOW_AFTER, OutsideCalls


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def two_running(clock: Clock) -> Iterator[OutsideCalls]:
    calls = OutsideCalls(2, clock=clock)
    with calls.take_turn(), calls.take_turn():
        yield calls


def test_a_call_behind_slow_ones_is_refused_at_once(
    two_running: OutsideCalls, clock: Clock
) -> None:
    clock.now += SLOW_AFTER
    with pytest.raises(Overloaded) as refused, two_running.take_turn():
        pass
    assert refused.value.retry_after.total_seconds() == 5


def test_a_call_behind_quick_ones_waits_for_its_turn() -> None:
    calls, may_end, second_ran = OutsideCalls(1), Event(), Event()

    def call_first() -> None:
        with calls.take_turn():
            running.set()
            may_end.wait(60)

    def call_second() -> None:
        with calls.take_turn():
            second_ran.set()

    running = Event()
    first, second = Thread(target=call_first), Thread(target=call_second)
    first.start()
    assert running.wait(60)
    second.start()
    assert not second_ran.is_set()
    may_end.set()
    for thread in (first, second):
        thread.join(10)
    assert second_ran.is_set()


def test_a_call_that_fails_gives_its_turn_back(clock: Clock) -> None:
    calls = OutsideCalls(1, clock=clock)
    for _ in range(3):
        with pytest.raises(OSError, match="gone"), calls.take_turn():
            raise OSError("gone")


def test_without_a_limit_any_number_runs(clock: Clock) -> None:
    calls = OutsideCalls(clock=clock)
    with ExitStack() as running:
        for _ in range(100):
            running.enter_context(calls.take_turn())
            clock.now += SLOW_AFTER
