"""A user's mail and applications in memory: takes facts, stores the changes, and lets the user act."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.jobsearch import statuses
from core.jobsearch.matching import find_changes
from core.jobsearch.matching.values import (
    SHOWN_IN_HISTORY,
    ApplicationValues,
    Changes,
    Fact,
    FactKey,
    StoredApplication,
    Update,
)

DAY_ONE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# When the mail of these tests arrives, unless one says otherwise, and when users act.
ARRIVAL = datetime(2026, 9, 1, tzinfo=UTC)


def fact(
    kind: str = "applied",
    *,
    day: float = 0,
    minutes: float = 0,
    mail: str | None = None,
    position: int = 0,
    **said: Any,  # fields of a fact
) -> Fact:
    """Return a fact of a Greenhouse mail of the day (from 0) and minute; what isn't said is plain."""
    at = DAY_ONE + timedelta(days=day, minutes=minutes)
    source = said.get("source", "greenhouse")
    plain: dict[str, Any] = {
        "source": source,
        "occurred_at": at,
        "applied_at": at,
        "arrived_at": ARRIVAL,
        "sender": f"no-reply@{source}.example",
        "claimed_by": "sender",
        "template": f"{kind} at {{company}}",
    }
    name = mail or f"<{source}-{kind}-{at:%m%dT%H%M%S}-{said.get('title')}-{said.get('company')}>"
    return Fact(**{**plain, "key": FactKey(name, position), "kind": kind, **said})


@dataclass
class Mailbox:
    """The stored applications by id, and the facts of the stored mail.

    `changes`: what matching said last. `now`: when applications are made, and when the user acts.
    """

    applications: dict[int, StoredApplication] = field(default_factory=dict)
    facts: dict[FactKey, Fact] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    last_id: int = 0
    now: datetime = ARRIVAL

    def receive(self, *facts: Fact) -> Changes:
        """Store the facts, and then what they change."""
        self.facts.update((one.key, one) for one in facts)
        return self.match()

    def lose(self, *keys: FactKey) -> Changes:
        """Read the mail again: these events are no longer found in it."""
        return self.receive(*(replace(self.facts[key], found=False) for key in keys))

    def erase(self, *keys: FactKey) -> Changes:
        """Delete these mails with what was read in them, as where the mailbox that brought them is removed."""
        for key in keys:
            del self.facts[key]
        for one in list(self.applications.values()):
            left = tuple(entry for entry in one.entries if entry.fact in self.facts)
            self._put(replace(one, entries=left))
        return self.match()

    def forget(self) -> Changes:
        """Delete all mail with what was read in it, as where its mailbox is removed, and let a day pass."""
        self.now += timedelta(days=1)
        return self.erase(*self.facts)

    def match(self) -> Changes:
        """Match, store what changes, and check that it is then stored."""
        changes = find_changes(list(self.applications.values()), list(self.facts.values()))
        self._store(changes)
        self.changes = find_changes(list(self.applications.values()), list(self.facts.values()))
        assert not self.changes.create
        assert not self.changes.update
        assert not self.changes.remove
        return changes

    def _store(self, changes: Changes) -> None:
        for removed in changes.remove:
            assert self.applications.pop(removed.application_id).made_by == "mail"
        for update in changes.update:
            self._update(update)
        for new in changes.create:
            assert new.entries[0].fact == new.key
            assert new.entries[0].effect == "started"
            self._put(
                StoredApplication(
                    id=self._next_id(),
                    made_by="mail",
                    made_at=self.now,
                    key=new.key,
                    values=new.values,
                    entries=new.entries,
                )
            )
        self._check_entries()

    def _update(self, update: Update) -> None:
        one = self.applications[update.application_id]
        entries = {entry.fact: entry for entry in one.entries}
        for key in update.drop:
            del entries[key]
        entries |= {entry.fact: entry for entry in update.add}
        values: dict[str, Any] = dict(update.values)
        self._put(
            replace(
                one,
                key=update.key or one.key,
                values=replace(one.values, **values),
                entries=tuple(entries.values()),
            )
        )

    def _check_entries(self) -> None:
        held = [entry.fact for one in self.applications.values() for entry in one.entries]
        assert len(held) == len(set(held))

    def _next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def _put(self, application: StoredApplication) -> None:
        self.applications[application.id] = application

    # What the user does.

    def enter(
        self,
        *,
        company: str = "Acme",
        title: str = "Engineer",
        status: int = statuses.APPLIED,
        day: float = 0,
        made_at: datetime = ARRIVAL - timedelta(days=1),
    ) -> int:
        """Let the user make an application by hand; return its id."""
        values = ApplicationValues(
            title=title,
            company=company,
            applied_at=DAY_ONE + timedelta(days=day),
            status=status,
            source="LinkedIn",
        )
        self._put(
            StoredApplication(
                id=self._next_id(),
                made_by="user",
                made_at=made_at,
                own_status=status,
                values=values,
            )
        )
        return self.last_id

    def edit(self, application_id: int, **values: Any) -> None:
        """Let the user change fields."""
        one = self.applications[application_id]
        ended_at = self.now if values.get("rejected") else one.ended_at
        self._put(
            replace(
                one,
                values=replace(one.values, **values),
                edited=one.edited | frozenset(values),
                ended_at=ended_at,
            )
        )

    def annotate(self, application_id: int) -> None:
        """Let the user write a note."""
        self._put(replace(self.applications[application_id], touched=True))

    def delete(self, application_id: int) -> None:
        """Let the user delete it."""
        one = self.applications[application_id]
        self._put(replace(one, deleted=True, ended_at=one.ended_at or self.now))

    def dismiss(self, key: FactKey) -> Changes:
        """Let the user take back what an event did."""
        return self.receive(replace(self.facts[key], dismissed=True))

    # What is seen.

    @property
    def live(self) -> list[StoredApplication]:
        """The applications that aren't deleted, by their days, companies and titles, then by all that they show."""
        return sorted(
            (one for one in self.applications.values() if not one.deleted),
            key=lambda one: (
                one.values.applied_at,
                one.values.company,
                one.values.title,
                repr(one.values),
            ),
        )

    @property
    def only(self) -> StoredApplication:
        """The only application that isn't deleted."""
        (one,) = self.live
        return one

    @property
    def history(self) -> list[tuple[str, int]]:
        """What the history shows of the only application: the effect of each mail, and the status after it."""
        shown = sorted(self.only.entries, key=lambda entry: (entry.at, entry.fact))
        return [(e.effect, e.status) for e in shown if e.effect in SHOWN_IN_HISTORY]

    @property
    def asked(self) -> list[tuple[FactKey, str, int]]:
        """The open questions: the mail, why it is one, and how many applications it may mean."""
        return [(one.fact, one.reason, len(one.candidates)) for one in self.changes.questions]

    @property
    def shown(self) -> list[tuple[object, ...]]:
        """What is shown of each, without ids: values, the facts with their effects, and questions."""
        return sorted(
            (
                (
                    repr(one.values),
                    tuple(sorted((e.fact, e.effect, e.status, e.rejected) for e in one.entries)),
                )
                for one in self.live
            ),
        )


def mailbox_of(facts: Iterable[Fact]) -> Mailbox:
    """Return a mailbox that got all of the facts at once."""
    mailbox = Mailbox()
    mailbox.receive(*facts)
    return mailbox
