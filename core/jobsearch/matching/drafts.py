"""An application while the facts are folded into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

from core.jobsearch import statuses
from core.jobsearch.matching.clues import Clues
from core.jobsearch.matching.keys import JobId, words_of_company
from core.jobsearch.matching.values import Effect, Entry, Fact, FactKey, StoredApplication

# A board's receipt and the system's come within hours; none of them comes later than this.
RECEIPT_WINDOW: Final = timedelta(hours=24)
# What a user enters is a day, in a zone of the user's own.
ENTERED_WINDOW: Final = timedelta(hours=48)

_RANKS: Final = {
    statuses.TO_APPLY: 0,
    statuses.APPLIED: 1,
    statuses.PHONE_SCREEN: 2,
    statuses.ONSITE_INTERVIEW: 3,
    statuses.OFFER: 4,
}
REACHED: Final = {
    "applied": statuses.APPLIED,
    "interview": statuses.PHONE_SCREEN,
    "offer": statuses.OFFER,
}
# An application learns no more names and numbers of one kind; only hostile mail has as many.
MAX_LEARNT: Final = 20
ENDING: Final = frozenset({"rejected", "closed"})
# What a mail with a proven sender is needed for.
MOVING: Final = frozenset({"interview", "offer"}) | ENDING


Learnt = TypeVar("Learnt")


@dataclass(slots=True, kw_only=True, eq=False)
class Draft:
    """What the facts so far make of one application.

    `own`: the stored application, where the user made it. `began_at`: its first mail, or the day that the user entered.
    `ended_at`: a mail rejected, closed or withdrew it. `user_ended_at`: the user deleted or rejected it.
    `companies`, `titles`, `requisitions`: their keys; `employers`: the words of each name of the company.
    `locations`: each with the template of the mail that named it. `receipts`: when the latest of each template came.
    `members`: all facts that belong to it; `told`: those of them whose words it shows, which are neither unproven nor a
    mail's second copy.
    `request`: the template of the request for an interview that started it: sent again, it moves nothing.
    `starters`: the domains that prove a mail that only a header connects with its source. `unproven`: those mails that
    none of them proves.
    """

    own: StoredApplication | None = None
    began_at: datetime
    ended_at: datetime | None = None
    user_ended_at: datetime | None = None
    status: int = statuses.APPLIED
    rejected: bool = False
    interview_at: datetime | None = None
    members: list[Clues] = field(default_factory=list)
    told: list[Fact] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    companies: set[str] = field(default_factory=set)
    employers: set[frozenset[str]] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    requisitions: set[str] = field(default_factory=set)
    jobs: set[JobId] = field(default_factory=set)
    locations: set[tuple[str, tuple[str, str]]] = field(default_factory=set)
    receipts: dict[tuple[str, str], datetime] = field(default_factory=dict)
    request: tuple[str, str] | None = None
    sources: set[str] = field(default_factory=set)
    senders: set[str] = field(default_factory=set)
    starters: set[str] = field(default_factory=set)
    unproven: set[FactKey] = field(default_factory=set)

    @property
    def key(self) -> FactKey | int:
        """The fact that starts it, or the number of the one that the user made."""
        return self.own.id if self.own else self.members[0].fact.key

    def may_hold(self, clues: Clues) -> bool:
        """Tell whether a fact can belong to it at all: the user had not yet made it when older mail came."""
        return self.own is None or clues.fact.arrived_at >= self.own.made_at

    def is_open(self, at: datetime) -> bool:
        """Tell whether it was going on at this moment."""
        return self.ended_at is None and (self.user_ended_at is None or at <= self.user_ended_at)

    def is_near(self, clues: Clues) -> bool:
        """Tell whether another receipt at this moment may be of the same application, sent by another system."""
        window = ENTERED_WINDOW if self.own else RECEIPT_WINDOW
        return abs(clues.at - self.began_at) <= window and clues.template not in self.receipts

    def contradicts(self, clues: Clues) -> bool:
        """Tell whether the numbers say that the fact is of another posting."""
        if clues.requisition and self.requisitions and clues.requisition not in self.requisitions:
            return True
        job = clues.job
        return (
            job is not None
            and job not in self.jobs
            and any(
                known.id != job.id
                for known in self.jobs
                if known.board == job.board and known.shape == job.shape
            )
        )

    def proves(self, clues: Clues) -> bool:
        """Tell whether a mail may move it: one from its source's own domain, or from a domain that started it."""
        fact = clues.fact
        return fact.claimed_by == "sender" or not self.starters.isdisjoint(
            (clues.domain, *fact.signed_by)
        )

    def start(self, clues: Clues) -> None:
        """Make it of its first fact: as Applied, whatever that says; only later mail moves it."""
        fact = clues.fact
        self._prove(clues)
        if fact.kind == "interview":
            self.request = clues.template
        self.interview_at = fact.scheduled_at
        self._learn(clues, "started")

    def add(self, clues: Clues) -> bool:
        """Take in a fact that belongs to it; return whether its mail proved enough to do what it says."""
        kind = clues.fact.kind
        moves = kind in MOVING or (kind == "applied" and self.status == statuses.TO_APPLY)
        if moves and not self.proves(clues):
            self.unproven.add(clues.fact.key)
            self._record(clues, "unproven")
            return False
        if kind == "applied" and clues.fact.claimed_by == "sender":
            self._prove(clues)
        self._learn(clues, self._apply(clues))
        return True

    def repeat(self, clues: Clues, first: FactKey) -> None:
        """Record a fact that says what another one of it has said: no more is proven by it."""
        self._record(clues, "unproven" if first in self.unproven else "repeated")

    def _apply(self, clues: Clues) -> Effect:
        fact = clues.fact
        if fact.kind in ENDING:
            self.ended_at = self.ended_at or fact.occurred_at
            before, self.rejected = self.rejected, True
            return "repeated" if before else "rejected"
        if fact.kind == "withdrawn" and self.proves(clues):
            self.ended_at = self.ended_at or fact.occurred_at
        reached = REACHED.get(fact.kind)
        if reached is None or self.ended_at is not None:
            return "repeated" if fact.kind == "applied" else "noted"
        if fact.scheduled_at is None and clues.template == self.request:
            return "repeated"
        rescheduled = fact.scheduled_at not in (None, self.interview_at)
        self.interview_at = fact.scheduled_at or self.interview_at
        if rises(self.status, reached):
            self.status = reached
            return "moved"
        return "noted" if rescheduled else "repeated"

    def _prove(self, clues: Clues) -> None:
        self.starters |= {clues.domain, *clues.fact.signed_by}

    def _learn(self, clues: Clues, effect: Effect) -> None:
        fact = clues.fact
        self.told.append(fact)
        if fact.company:
            _keep(self.employers, words_of_company(fact.company))
        _keep(self.companies, clues.company)
        _keep(self.titles, clues.title)
        _keep(self.requisitions, clues.requisition)
        _keep(self.jobs, clues.job)
        _keep(self.senders, fact.sender)
        self.sources.add(fact.source)
        if clues.location:
            _keep(self.locations, (clues.location, clues.template))
        if fact.kind == "applied":
            self.receipts[clues.template] = clues.at
        self._record(clues, effect)

    def _record(self, clues: Clues, effect: Effect) -> None:
        self.members.append(clues)
        self.entries.append(
            Entry(
                fact=clues.fact.key,
                at=clues.at,
                effect=effect,
                status=self.status,
                rejected=self.rejected,
            )
        )


def _keep(known: set[Learnt], said: Learnt | None) -> None:
    if said and len(known) < MAX_LEARNT:
        known.add(said)


def rises(status: int, reached: int) -> bool:
    """Tell whether this is a step forward; a status that an operator added has no place among the others."""
    return status in _RANKS and _RANKS[reached] > _RANKS[status]
