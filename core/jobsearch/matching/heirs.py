"""What stands for an application where the fact that made it has no effect any more: edits hang on that fact.

For what the user worked on, that follows from the facts and from what the user did, never from what was matched before:
so the order of mail, and of what the user takes back, doesn't matter. What was matched before decides only where
nothing hangs on the fact yet, and where its mail is deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from core.jobsearch.matching.clues import Clues
from core.jobsearch.matching.folding import NO_HEIRS, Fold, Heirs, may_start
from core.jobsearch.matching.ordering import OrderedFacts, order_facts
from core.jobsearch.matching.values import Entry, Fact, FactKey, StoredApplication


def name_by_what_is_left(
    applications: Collection[StoredApplication], facts: Collection[Fact], now: OrderedFacts
) -> list[StoredApplication]:
    """Return the applications, with another key where that names a deleted mail, or one without effect and edits.

    It is the first of the application's facts that may start one. It has to be stored. `now`: the facts as they are.
    """
    effective = {clues.fact.key: clues for clues in now.kept}
    known = {fact.key for fact in facts}
    free = known - {one.key for one in applications if one.is_kept}

    def name(one: StoredApplication) -> StoredApplication:
        if one.made_by == "user" or one.key in (known if one.is_kept else effective):
            return one
        left = (entry for entry in one.entries if entry.fact in free)
        first = min(left, key=lambda entry: _precedence(entry, effective), default=None)
        return replace(one, key=first.fact) if first else one

    return [name(one) for one in applications]


def _precedence(entry: Entry, effective: Mapping[FactKey, Clues]) -> tuple[object, ...]:
    clues = effective.get(entry.fact)
    return clues is None, not (clues and may_start(clues)), entry.at, entry.fact


def find_heirs(
    applications: Collection[StoredApplication], facts: Collection[Fact], now: OrderedFacts
) -> Heirs:
    """Return the facts that stand for what the user worked on, where its own fact was taken back or isn't found.

    Those are the facts that would belong with it if it still had an effect, in their order; () where there are none.
    """
    effective = {clues.fact.key for clues in now.kept}
    silent = {fact.key for fact in facts} - effective
    made = {one.id: one.key for one in applications if one.is_kept and one.key in silent}
    if not made:
        return NO_HEIRS
    # Nothing may depend on applications that may go with the changes: `made` has only those that stay.
    draft_of = Fold(applications, order_facts(facts, recalled=frozenset(made.values()))).draft_of
    drafts = {number: draft_of[key] for number, key in made.items() if key in draft_of}
    heirs = {
        number: tuple(one.fact.key for one in draft.members if one.fact.key in effective)
        for number, draft in drafts.items()
        if draft.own is None
    }
    return {number: heirs.get(number, ()) for number in made}
