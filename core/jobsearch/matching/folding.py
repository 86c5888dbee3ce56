"""Folds facts into applications: one after the other, in an order that depends on nothing but the facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from core.jobsearch.matching.candidates import DraftIndex
from core.jobsearch.matching.clues import Clues
from core.jobsearch.matching.drafts import ENDING, MOVING, Draft
from core.jobsearch.matching.keys import key_of_company, key_of_title, words_of_company
from core.jobsearch.matching.ordering import OrderedFacts
from core.jobsearch.matching.values import Fact, FactKey, QuestionReason, StoredApplication

# By the id of an application: the facts that stand for it where the one that made it is gone, the first one first.
Heirs = Mapping[int, Sequence[FactKey]]
NO_HEIRS: Final[Heirs] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Doubt:
    """A fact that changes nothing, since it may mean any of several drafts (the newest first), or isn't proven."""

    fact: Fact
    drafts: tuple[Draft, ...]
    reason: QuestionReason


class Fold:
    """The applications that the facts make. `drafts`: in the order of their beginnings, the user's own first.

    `twins`: of each fact that only repeats another one, that other fact. `meant`: of each application that mail made,
    by its id, the draft with the fact that made it, or that the first of its heirs begins.
    """

    def __init__(
        self,
        applications: Iterable[StoredApplication],
        facts: OrderedFacts,
        *,
        heirs: Heirs = NO_HEIRS,
    ) -> None:
        self.drafts: list[Draft] = []
        self.doubts: list[Doubt] = []
        self.unmatched: list[FactKey] = []
        self.draft_of: dict[FactKey, Draft] = {}
        self.meant: dict[int, Draft] = {}
        self.twins = facts.twins
        self.heirs = heirs
        self._index = DraftIndex()
        # What the user did to applications that mail made, by the facts that made them, and by their heirs. Such facts
        # may turn out to repeat each other: then one fact stands for what the user did to several.
        self._made: dict[FactKey, list[StoredApplication]] = defaultdict(list)
        self._inherited: dict[FactKey, list[StoredApplication]] = defaultdict(list)
        for application in sorted(applications, key=lambda one: (one.made_at, one.id)):
            if application.made_by == "mail":
                self._await(application, facts, heirs.get(application.id, ()))
            elif not application.deleted or _had_mail(application, facts.ordered):
                self._enter(application)
        self._fold(facts.kept)

    def _await(
        self, application: StoredApplication, facts: OrderedFacts, heirs: Sequence[FactKey]
    ) -> None:
        """Remember what the user did to an application that mail made until its facts come."""
        # Its entries follow from the fold: if the fold depended on them, it might change with each call.
        if key := application.key:
            self._made[facts.first_of(key)].append(application)
        for heir in dict.fromkeys(map(facts.first_of, heirs)):
            self._inherited[heir].append(application)

    def _enter(self, application: StoredApplication) -> None:
        """Put in what the user made."""
        values = application.values
        draft = Draft(
            own=application,
            began_at=values.applied_at,
            status=values.status if application.own_status is None else application.own_status,
        )
        self.drafts.append(draft)
        self._tell(draft, application)
        self._index.put(draft)

    def _tell(self, draft: Draft, application: StoredApplication) -> None:
        """Let a draft know what the user calls the job, and when the user was done with it."""
        # Several that the user saw may be one now: what says nothing, and goes, must not hide what another says.
        ends = [at for at in (draft.user_ended_at, application.ended_at) if at]
        draft.user_ended_at = max(ends, default=None)
        values, names = application.values, application.edited
        if application.made_by == "user":
            names = frozenset(("title", "company"))
        # What the user left as mail says it follows from the fold: it can't be put in again.
        if "company" in names and values.company:
            draft.companies.add(key_of_company(values.company))
            draft.employers.add(words_of_company(values.company))
        if "title" in names and values.title:
            draft.titles.add(key_of_title(values.title))

    def _fold(self, kept: Sequence[Clues]) -> None:
        for clues in kept:
            if clues.fact.key not in self.twins:
                self._place(clues)
        for clues in kept:
            if first := self.twins.get(clues.fact.key):
                self._place_twin(clues, first)

    def _place(self, clues: Clues) -> None:
        found = self._find(clues)
        if isinstance(found, Draft):
            self._add(found, clues)
        elif found == "another" or (not found and may_start(clues)):
            self._start(clues)
        else:
            self._leave(clues, found)

    def _find(self, clues: Clues) -> Draft | list[Draft] | Literal["another"]:
        """Return the application that is meant, several if that isn't certain, `another` where it must be a new one."""
        index = self._index
        for by_key in (index.by_job, index.by_requisition, index.by_names):
            if found := by_key(clues):
                return (
                    _choose_receipts(found, clues) if _is_receipt(clues) else _choose(found, clues)
                )
        found = index.by_window(clues)
        if _is_receipt(clues):
            return found[-1] if found else []
        if len(found) == 1:
            return found[0]
        if not found and clues.fact.kind in ENDING:
            return index.of_company(clues)
        return found

    def _start(self, clues: Clues) -> None:
        draft = Draft(began_at=clues.at)
        self.drafts.append(draft)
        draft.start(clues)
        for application in self._inherited.get(clues.fact.key, ()):
            # An heir that belongs to what other mail, or the user, began takes that over from none.
            if application.id not in self.meant:
                self._recall(draft, application)
        self._settle(draft, clues)

    def _add(self, draft: Draft, clues: Clues) -> None:
        is_open = draft.is_open(clues.at)
        if not draft.add(clues) and is_open:
            self.doubts.append(Doubt(clues.fact, (draft,), "unproven"))
        self._settle(draft, clues)

    def _settle(self, draft: Draft, clues: Clues) -> None:
        key = clues.fact.key
        self.draft_of[key] = draft
        for application in self._made.get(key, ()):
            self._recall(draft, application)
        self._index.put(draft)

    def _recall(self, draft: Draft, application: StoredApplication) -> None:
        self.meant[application.id] = draft
        self._tell(draft, application)

    def _leave(self, clues: Clues, candidates: list[Draft]) -> None:
        if candidates and clues.fact.kind in MOVING:
            self.doubts.append(Doubt(clues.fact, tuple(candidates), "several"))
        self.unmatched.append(clues.fact.key)

    def _place_twin(self, clues: Clues, first: FactKey) -> None:
        if draft := self.draft_of.get(first):
            draft.repeat(clues, first)
            self.draft_of[clues.fact.key] = draft
        else:
            self.unmatched.append(clues.fact.key)


def _had_mail(application: StoredApplication, ordered: Sequence[Clues]) -> bool:
    """Tell whether mail came for what the user made before the user deleted it; else mail has nothing to do with it."""
    company, title = (
        key_of_company(application.values.company),
        key_of_title(application.values.title),
    )
    return bool(application.entries) or any(
        clues.company == company and clues.title == title
        for clues in ordered
        if application.ended_at is None or clues.fact.arrived_at <= application.ended_at
    )


def _is_receipt(clues: Clues) -> bool:
    return clues.fact.kind == "applied"


def may_start(clues: Clues) -> bool:
    """Tell whether this is enough for an application: a receipt, or an invitation or offer that names the job."""
    if _is_receipt(clues):
        return bool(clues.company or clues.title)
    return clues.fact.kind in ("interview", "offer") and bool(clues.company and clues.title)


def _choose_receipts(found: list[Draft], clues: Clues) -> Draft | Literal["another"]:
    """Return the application that a receipt belongs to: one that has none of its template yet, else the newest.

    Where all of them are over, the user applied again; but a system may send its receipt after another's refusal.
    """
    still_open = [draft for draft in found if draft.is_open(clues.at)]
    waiting = [draft for draft in still_open or found if draft.is_near(clues)]
    if waiting:
        return waiting[-1]
    return still_open[0] if still_open else "another"


def _choose(found: list[Draft], clues: Clues) -> Draft | list[Draft]:
    """Return the one that is open; several where the place, or mail of a system, doesn't tell them apart."""
    still_open = [draft for draft in found if draft.is_open(clues.at)]
    if not still_open:
        return found[0]
    for narrower in (
        [
            draft
            for draft in still_open
            if clues.location in {place for place, _ in draft.locations}
        ],
        [draft for draft in still_open if draft.members],
    ):
        still_open = narrower or still_open
    return still_open[0] if len(still_open) == 1 else still_open
