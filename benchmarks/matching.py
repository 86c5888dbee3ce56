"""Matching one user's mail with applications: what one more mail costs, and that the cost grows with the mail alone."""

import time
from collections.abc import Iterator
from statistics import median

from benchmarks.contest import BenchmarkFailed
from benchmarks.stage import Stage
from benchmarks.table import Row
from core.jobsearch.matching import find_changes
from tests.core.jobsearch.matching.mailbox import fact, mailbox_of
from tests.core.jobsearch.matching.mixtures import year_of_mail

EVENTS, ROUNDS, LIMIT_MS = 2_000, 7, 100


def matching(stage: Stage) -> Iterator[Row]:
    """Match one more mail of a user who has 2,000 events, and of one who has four times as many."""
    few, many = _seconds_of_one_more(EVENTS), _seconds_of_one_more(4 * EVENTS)
    yield Row(
        "match one more mail of a user with 2,000 events",
        f"{few * 1000:.0f} ms",
        f"under {LIMIT_MS} ms",
        f"{few * 1000:.0f} ms",
        few * 1000 < LIMIT_MS,
    )
    yield Row(
        "the same with 8,000 events",
        f"{many * 1000:.0f} ms",
        "less than 6 x as long",
        f"{many / few:.1f} x",
        many / few < 6,
    )


def _seconds_of_one_more(events: int) -> float:
    mailbox = mailbox_of(year_of_mail(events, events=events))
    applications = list(mailbox.applications.values())
    new = fact(day=400, company="Employer of the day", title="Engineer")
    facts = [*mailbox.facts.values(), new]
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        changes = find_changes(applications, facts)
        seconds.append(time.process_time() - started)
        if [made.key for made in changes.create] != [new.key] or changes.update or changes.remove:
            raise BenchmarkFailed("one receipt did not make one application")
    return median(seconds)
