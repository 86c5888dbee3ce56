"""The cost of reading is compared on processors that other machines use too."""

from __future__ import annotations

import time
from itertools import cycle
from typing import Any

import pytest

from providers.conformance.mail_sources.growth import measure_growth
from providers.messages import Message
from tests.providers.conformance.acme import GOLDEN

SECONDS_PER_CHARACTER = 1e-6


class Clock:
    """The processor's time, of which another machine takes a part in turns: after some of it, that much is missing."""

    def __init__(self, *, taken: tuple[float, ...], after: float) -> None:
        self._taken = cycle(taken)
        self._after = after
        self._now = self._worked = 0.0

    def work(self, seconds: float) -> None:
        self._now += seconds
        self._worked += seconds
        while self._worked >= self._after:
            self._worked -= self._after
            self._now += next(self._taken)

    def now(self) -> float:
        return self._now


def measure(clock: Clock, monkeypatch: pytest.MonkeyPatch, *, power: int) -> None:
    def read(message: Message) -> None:
        characters = len(message.subject) + len(message.text) + len(message.html)
        clock.work(SECONDS_PER_CHARACTER * characters * (characters / 4_096) ** (power - 1))

    monkeypatch.setattr(time, "process_time", clock.now)
    measure_growth(read, [GOLDEN[0].message], ["Hi Jo,\n\n"], lambda step: None)


BUSY = [
    pytest.param({"taken": (0.015, 0.02, 0.01), "after": 0.012}, id="short turns"),
    pytest.param({"taken": (0.03, 0.06), "after": 0.05}, id="longer turns"),
    pytest.param({"taken": (0.0, 0.0, 0.5), "after": 0.07}, id="seldom and long"),
    pytest.param({"taken": (0.0,), "after": 1.0}, id="quiet"),
]


@pytest.mark.parametrize("busy", BUSY)
def test_cost_that_grows_with_the_mail_passes(
    busy: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    measure(Clock(**busy), monkeypatch, power=1)


@pytest.mark.parametrize("busy", BUSY)
def test_cost_that_grows_with_the_square_fails(
    busy: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AssertionError, match="times cost"):
        measure(Clock(**busy), monkeypatch, power=2)
