"""The facts in the order in which they are folded, and those of them that have an effect."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.jobsearch.matching.clues import Clues, order_of, read_clues
from core.jobsearch.matching.twins import find_taken_back, find_twins
from core.jobsearch.matching.values import Fact, FactKey


@dataclass(frozen=True, slots=True)
class OrderedFacts:
    """The facts that reading finds or the user took back, in the order of the fold.

    `twins`: of each fact that only repeats another one, that other fact. `kept`: without those that the user took back.
    """

    ordered: tuple[Clues, ...]
    twins: Mapping[FactKey, FactKey]
    kept: tuple[Clues, ...]

    def first_of(self, key: FactKey) -> FactKey:
        """Return the fact that this one repeats, else itself."""
        return self.twins.get(key, key)


def order_facts(
    facts: Collection[Fact], *, recalled: Collection[FactKey] = frozenset()
) -> OrderedFacts:
    """Return the facts in their order. `recalled`: these are among them as if they were found, and not taken back."""
    # What the user took back stays so when it is no longer found: another mail may say the same.
    heard = (fact for fact in facts if fact.found or fact.dismissed or fact.key in recalled)
    ordered = tuple(sorted(map(read_clues, heard), key=order_of))
    twins = find_twins(ordered)
    again = {twins.get(key, key) for key in recalled}
    taken_back = find_taken_back(
        (
            clues.fact.key
            for clues in ordered
            if clues.fact.dismissed and twins.get(clues.fact.key, clues.fact.key) not in again
        ),
        twins,
    )
    kept = tuple(clues for clues in ordered if clues.fact.key not in taken_back)
    return OrderedFacts(ordered=ordered, twins=twins, kept=kept)
