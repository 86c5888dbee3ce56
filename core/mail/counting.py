"""Counts what came of mail, by board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from core.jobsearch.matching.values import Changes, Effect, Entry
from core.mail.facts import UserFacts
from core.mail.models import StoredMessage

Outcome = Literal["mails", "applications", "updates", "useful", "failed"]
_USEFUL: Final[frozenset[Effect]] = frozenset({"started", "moved", "rejected", "noted"})


@dataclass(slots=True)
class IntakeCount:
    """What came of some mails.

    `messages`: all that were read. `boards`: by mail source, of those that were stored: `mails`; `applications` that
    mail started, less those that it joined; `updates`: what mail said of an application that was there; `useful`: mails
    that did either; `failed`: mails that can't be read, or that the source failed on. `failed`: mails that can't be
    read, and that no source claims.
    """

    messages: int = 0
    failed: int = 0
    boards: Counter[tuple[str, Outcome]] = field(default_factory=Counter)

    def add(self, other: IntakeCount) -> None:
        """Add what came of other mails."""
        self.messages += other.messages
        self.failed += other.failed
        # `Counter.__add__` would drop what is negative.
        for key, number in other.boards.items():
            self.boards[key] += number

    def total(self, outcome: Outcome) -> int:
        """Return the sum over all boards."""
        return sum(number for (_, one), number in self.boards.items() if one == outcome)

    @property
    def all_failed(self) -> int:
        return self.failed + self.total("failed")

    @property
    def ignored(self) -> int:
        """Return how many mails changed nothing: no board's, known already, or without news."""
        return self.messages - self.total("useful") - self.all_failed


def count_stored(stored: Sequence[StoredMessage]) -> IntakeCount:
    """Return the number of new messages, of which nothing came yet."""
    count = IntakeCount()
    for message in stored:
        count.boards[message.source, "mails"] += 1
        count.boards[message.source, "failed"] += message.state == "failed"
    return count


def count_batch(
    stored: Sequence[StoredMessage], changes: Changes, *, known: UserFacts
) -> IntakeCount:
    """Return what came of the messages, of which `stored` are new. `known`: what matching was given."""
    count = count_stored(stored)
    source_of = {bytes(message.digest).hex(): message.source for message in stored}
    for new in changes.create:
        count.boards[new.values.source, "applications"] += 1
    sources = {one.id: one.values.source for one in known.applications}
    for gone in changes.remove:
        count.boards[sources[gone.application_id], "applications"] -= 1
    starting = {new.key for new in changes.create}
    useful = set()
    for entry in _list_entries(changes):
        source = source_of.get(entry.fact.mail)
        if source is None or entry.effect not in _USEFUL:
            continue
        count.boards[source, "updates"] += entry.fact not in starting
        useful.add(entry.fact.mail)
    for mail in useful:
        count.boards[source_of[mail], "useful"] += 1
    return count


def _list_entries(changes: Changes) -> Iterator[Entry]:
    for new in changes.create:
        yield from new.entries
    for update in changes.update:
        yield from update.add
