"""What differs between the applications that the facts make and those that are stored."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from core.jobsearch import statuses
from core.jobsearch.matching.drafts import ENDING, REACHED, Draft, rises
from core.jobsearch.matching.folding import Doubt, Fold
from core.jobsearch.matching.heirs import find_heirs, name_by_what_is_left
from core.jobsearch.matching.ordering import order_facts
from core.jobsearch.matching.pairing import Pairing
from core.jobsearch.matching.user_edits import (
    find_differences,
    hold_edited,
    show_entries,
    show_values,
)
from core.jobsearch.matching.values import (
    ApplicationValues,
    Changes,
    Create,
    Fact,
    FactKey,
    Question,
    Reference,
    Remove,
    StoredApplication,
    Update,
)

MAX_CANDIDATES: Final = 20


def find_changes(applications: Collection[StoredApplication], facts: Collection[Fact]) -> Changes:
    """Return what has to change so that the stored applications are those that the facts make.

    `applications`: all of one user, `facts`: of all mail of that user; in any order. What the user edited or deleted
    stays. Once the changes are stored, the same facts give no more changes.
    """
    return _Comparison(applications, facts).find()


class _Comparison:
    def __init__(
        self, applications: Collection[StoredApplication], facts: Collection[Fact]
    ) -> None:
        ordered = order_facts(facts)
        named = name_by_what_is_left(applications, facts, ordered)
        self._stored_keys = {one.id: one.key for one in applications}
        self._fold = Fold(named, ordered, heirs=find_heirs(named, facts, ordered))
        self._said = {clues.fact.key for clues in ordered.ordered}
        self._pairing = Pairing(self._fold, named)

    def find(self) -> Changes:
        pairing = self._pairing
        drafts = [
            draft
            for draft in self._fold.drafts
            if (draft.members or draft.own) and draft not in pairing.buried
        ]
        stored = [(draft, pairing.stored_of.get(draft)) for draft in drafts]
        updates = (
            *(self._update(draft, one) for draft, one in stored if one),
            *(self._leave(one) for one in pairing.left if one.is_kept),
        )
        return Changes(
            create=tuple(_create(draft) for draft, one in stored if one is None),
            update=tuple(
                change
                for change in updates
                if change.values or change.add or change.drop or change.key
            ),
            remove=tuple(
                Remove(application_id=one.id, into=self._refer_to_heir(one))
                for one in pairing.left
                if not one.is_kept
            ),
            questions=tuple(self._questions()),
            unmatched=tuple(self._fold.unmatched),
        )

    def _update(self, draft: Draft, stored: StoredApplication) -> Update:
        if not draft.members and not stored.entries:
            return Update(application_id=stored.id)
        known = {entry.fact: entry for entry in stored.entries}
        wanted = show_entries(draft, stored, twins=self._fold.twins)
        return Update(
            application_id=stored.id,
            values={}
            if stored.deleted
            else find_differences(stored.values, show_values(draft, stored)),
            add=tuple(entry for entry in wanted if known.get(entry.fact) != entry),
            drop=self._find_dropped(stored, {entry.fact for entry in wanted}),
            key=self._find_new_key(stored),
        )

    def _leave(self, stored: StoredApplication) -> Update:
        """Keep an application that has no mail any more, or none that starts one, because it is the user's."""
        values = hold_edited(self._values_without_mail(stored), stored)
        return Update(
            application_id=stored.id,
            values={} if stored.deleted else find_differences(stored.values, values),
            drop=self._find_dropped(stored, set()),
            key=self._find_new_key(stored),
        )

    def _find_new_key(self, stored: StoredApplication) -> FactKey | None:
        return None if stored.key == self._stored_keys[stored.id] else stored.key

    def _values_without_mail(self, stored: StoredApplication) -> ApplicationValues:
        """Return what mail leaves of an application: where its mail belongs to another one of the same job, its state.

        Two that the user worked on may turn out to be one: what mail did is undone in neither.
        """
        same = self._pairing.find_same(stored)
        if same is None:
            return replace(stored.values, status=statuses.APPLIED, rejected=False)
        return replace(stored.values, status=same.status, rejected=same.rejected)

    def _find_dropped(self, stored: StoredApplication, wanted: set[FactKey]) -> tuple[FactKey, ...]:
        gone = (entry.fact for entry in stored.entries if entry.fact not in wanted)
        if stored.deleted:
            # What it once held must not make a new application when it is read again.
            draft_of, buried = self._fold.draft_of, self._pairing.buried
            return tuple(fact for fact in gone if fact in draft_of and draft_of[fact] not in buried)
        if not wanted:
            return tuple(fact for fact in gone if fact in self._said)
        return tuple(gone)

    def _refer_to_heir(self, stored: StoredApplication) -> Reference | None:
        heir = self._pairing.find_heir(stored)
        return self._pairing.refer(heir) if heir else None

    def _questions(self) -> Iterator[Question]:
        for doubt in self._fold.doubts:
            if self._is_answered(doubt):
                continue
            if candidates := self._find_candidates(doubt):
                yield Question(fact=doubt.fact.key, candidates=candidates, reason=doubt.reason)

    def _is_answered(self, doubt: Doubt) -> bool:
        """Tell whether the user has done to one of the applications what the mail says."""
        stored = (self._pairing.stored_of.get(draft) for draft in doubt.drafts[:MAX_CANDIDATES])
        return any(one and _has_done(one, doubt.fact) for one in stored)

    def _find_candidates(self, doubt: Doubt) -> tuple[Reference, ...]:
        pairing = self._pairing
        shown = [draft for draft in doubt.drafts[:MAX_CANDIDATES] if pairing.is_shown(draft)]
        return tuple(pairing.refer(draft) for draft in reversed(shown))


def _has_done(stored: StoredApplication, fact: Fact) -> bool:
    if fact.kind in ENDING:
        return "rejected" in stored.edited and stored.values.rejected
    return "status" in stored.edited and not rises(stored.values.status, REACHED[fact.kind])


def _create(draft: Draft) -> Create:
    return Create(
        key=draft.members[0].fact.key, values=show_values(draft, None), entries=tuple(draft.entries)
    )
