"""Which stored application each draft is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection

from core.jobsearch.matching.drafts import Draft
from core.jobsearch.matching.folding import Fold
from core.jobsearch.matching.values import Fact, Reference, StoredApplication


class Pairing:
    """The drafts of a fold and the stored applications, each with its counterpart.

    `stored_of`: the stored application that a draft is; a draft that is missing is a new one. `left`: the applications
    that mail made and that are no draft any more. `buried`: the drafts that are not to return.
    """

    def __init__(self, fold: Fold, applications: Collection[StoredApplication]) -> None:
        self._fold = fold
        by_mail = sorted(
            (one for one in applications if one.made_by == "mail"), key=lambda one: one.id
        )
        self._made = {one.key: one for one in by_mail if one.key}
        self._draft_of = {one.id: draft for one in by_mail if (draft := self._meant(one))}
        self.stored_of = self._choose_stored(by_mail)
        self.buried = self._find_buried(applications)
        taken = {one.id for one in self.stored_of.values()}
        self.left = [one for one in by_mail if one.id not in taken]

    def _meant(self, application: StoredApplication) -> Draft | None:
        """Return what became of a stored application: the draft with the fact that made it, or of an heir of that.

        Else the one with its first fact, else with most of its facts, but for those that made others.
        """
        fold, draft_of = self._fold, self._fold.draft_of
        if application.id in fold.meant or application.id in fold.heirs:
            return fold.meant.get(application.id)
        entries = [
            entry
            for entry in application.entries
            if entry.fact in draft_of and self._made.get(entry.fact, application) is application
        ]
        for entry in entries:
            if entry.effect == "started":
                return draft_of[entry.fact]
        counts = Counter(draft_of[entry.fact] for entry in entries)
        # Of equal counts the one that was met first, in the order of the fold and not of the entries.
        return max(
            (draft for draft in self._fold.drafts if draft in counts),
            key=lambda draft: counts[draft],
            default=None,
        )

    def _choose_stored(self, by_mail: list[StoredApplication]) -> dict[Draft, StoredApplication]:
        """Return the stored application of each draft; of several that are one now, what the user would miss."""
        claims: dict[Draft, list[StoredApplication]] = defaultdict(list)
        for one in by_mail:
            if draft := self._draft_of.get(one.id):
                claims[draft].append(one)
        chosen = {
            draft: min(_without_unseen(ones), key=self._rank) for draft, ones in claims.items()
        }
        return chosen | {draft: draft.own for draft in self._fold.drafts if draft.own}

    def _rank(self, one: StoredApplication) -> tuple[bool, bool, bool, bool, int]:
        fold = self._fold
        is_guessed, is_heir = one.id not in fold.meant, one.key not in fold.draft_of
        return is_guessed, one.deleted, not one.is_touched, is_heir, one.id

    def _find_buried(self, applications: Collection[StoredApplication]) -> set[Draft]:
        """Return the drafts that have nothing but mail of deleted applications, and are none of those.

        Mail of one application that is read worse, or found again in parts, may look like several: none of them
        returns. Mail that came after the deletion, also that of a mailbox which is connected again, buries nothing.
        """
        ends = {
            entry.fact: one.ended_at
            for one in applications
            if one.deleted and one.ended_at
            for entry in one.entries
        }

        def is_buried(fact: Fact) -> bool:
            ended_at = ends.get(fact.key)
            return ended_at is not None and fact.arrived_at < ended_at

        return {
            draft
            for draft in self._fold.drafts
            if draft not in self.stored_of
            and draft.members
            and all(is_buried(clues.fact) for clues in draft.members)
        }

    def refer(self, draft: Draft) -> Reference:
        """Return what names the application of a draft in the changes."""
        stored = self.stored_of.get(draft)
        return stored.id if stored else draft.members[0].fact.key

    def is_shown(self, draft: Draft) -> bool:
        """Tell whether the user sees the application of a draft."""
        stored = self.stored_of.get(draft)
        return draft not in self.buried and not (stored and stored.deleted)

    def find_heir(self, left: StoredApplication) -> Draft | None:
        """Return the draft that the mail of an application belongs to now, which is no draft any more."""
        draft = self._draft_of.get(left.id)
        return None if draft in self.buried else draft

    def find_same(self, left: StoredApplication) -> Draft | None:
        """Return the draft that holds the fact which made an application, or an heir of that: it is the same job."""
        return self.find_heir(left) if left.id in self._fold.meant else None


def _without_unseen(claimants: list[StoredApplication]) -> list[StoredApplication]:
    """Leave out what was made after the user deleted one of them: mail that was deleted, and comes again in parts.

    What was there at the deletion stays: the user may have deleted the second of two that are one now.
    """
    deletions = [one.ended_at for one in claimants if one.deleted and one.ended_at]
    last = max(deletions, default=None)
    return [
        one for one in claimants if last is None or one.made_at <= last or one.is_touched
    ] or claimants
