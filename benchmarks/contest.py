"""Contestants take turns. The result is the ratio of each round, since the machine's speed drifts."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from benchmarks.load import Measured, measure


@dataclass(frozen=True, slots=True)
class Entry:
    """One server, the request sent to it, and how the status of its answer begins."""

    port: int
    request: bytes
    expected: str = "2"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Medians over the rounds: requests per second, and the product's ratio to each other entry."""

    per_second: dict[str, float]
    ratio: dict[str, float]
    spread: dict[str, tuple[float, float]]


class BenchmarkFailed(RuntimeError):
    """A server answered with an error, so its speed means nothing."""


def contest(entries: Mapping[str, Entry], *, rounds: int = 7, seconds: float = 1.2) -> Outcome:
    """Let the entries (the first is the product) take turns for `rounds` rounds of `seconds` each."""
    for name, entry in entries.items():
        _check(name, entry)
    speeds: dict[str, list[float]] = {name: [] for name in entries}
    for _ in range(rounds):
        for name, entry in entries.items():
            speeds[name].append(_measure(entry, seconds=seconds).per_second)
    product, *others = entries
    ratios = {
        o: [mine / its for mine, its in zip(speeds[product], speeds[o], strict=True)]
        for o in others
    }
    return Outcome(
        per_second={name: median(values) for name, values in speeds.items()},
        ratio={name: median(values) for name, values in ratios.items()},
        spread={name: (min(values), max(values)) for name, values in ratios.items()},
    )


def _check(name: str, entry: Entry) -> None:
    # Long enough for every thread of a slow server to warm up.
    warm = _measure(entry, seconds=3.0)
    if warm.failed or not warm.requests:
        raise BenchmarkFailed(
            f"{name}: {warm.failed} of {warm.requests} requests failed: {warm.failure!r}"
        )


def _measure(entry: Entry, *, seconds: float) -> Measured:
    return measure(entry.port, entry.request, seconds=seconds, expected=entry.expected)
