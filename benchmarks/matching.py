"""Matching one user's mail with applications: what one more mail costs, and how the cost grows with the mail."""

import time
from collections.abc import Iterator
from statistics import median

from benchmarks.contest import BenchmarkFailed
from benchmarks.stage import Stage
from benchmarks.table import Row
from core.jobsearch.matching import find_changes
from core.jobsearch.matching.values import Fact
from tests.core.jobsearch.matching.mailbox import Mailbox, fact, mailbox_of
from tests.core.jobsearch.matching.mixtures import year_of_mail

EVENTS, ROUNDS, LIMIT_MS = 2_000, 7, 100
NEW = fact(day=400, company="Employer of the day", title="Engineer")


def matching(stage: Stage) -> Iterator[Row]:
    """Match one more mail of a user who has 2,000 events, and of one who has four times as many, in turn."""
    few, many = (mailbox_of(year_of_mail(1, events=events)) for events in (EVENTS, 4 * EVENTS))
    rounds = [(_seconds(few, NEW), _seconds(many, NEW)) for _ in range(ROUNDS)]
    milliseconds = median(short for short, _ in rounds) * 1000
    growth = [long / short for short, long in rounds]
    yield Row(
        "match one more mail of a user with 2,000 events",
        f"{milliseconds:.0f} ms",
        f"under {LIMIT_MS} ms",
        f"{milliseconds:.0f} ms",
        milliseconds < LIMIT_MS,
    )
    yield Row(
        "the same with 8,000 events",
        f"{median(long for _, long in rounds) * 1000:.0f} ms",
        "less than 8 x as long",
        f"{median(growth):.1f} x ({min(growth):.1f} to {max(growth):.1f})",
        median(growth) < 8,
    )


def _seconds(mailbox: Mailbox, new: Fact) -> float:
    """Return the seconds of this process alone."""
    applications, facts = list(mailbox.applications.values()), [*mailbox.facts.values(), new]
    started = time.process_time()
    changes = find_changes(applications, facts)
    seconds = time.process_time() - started
    if [made.key for made in changes.create] != [new.key] or changes.update or changes.remove:
        raise BenchmarkFailed("one receipt did not make one application")
    return seconds
