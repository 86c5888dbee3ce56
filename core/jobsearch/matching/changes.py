"""What differs between the applications that the facts make and those that are stored."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, Final, get_args

from core.jobsearch import statuses
from core.jobsearch.matching.drafts import ENDING, REACHED, Draft, rises
from core.jobsearch.matching.folding import Doubt, Fold
from core.jobsearch.matching.values import (
    ApplicationValues,
    Changes,
    Create,
    Entry,
    Fact,
    FactKey,
    FieldName,
    FieldValue,
    Question,
    Reference,
    Remove,
    StoredApplication,
    Update,
)

MAX_CANDIDATES: Final = 20
_FIELDS: Final[tuple[FieldName, ...]] = get_args(FieldName)
_ENTERED: Final[frozenset[FieldName]] = frozenset({"title", "company", "applied_at", "source"})


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
        self._fold = Fold(applications, facts)
        self._said = {fact.key for fact in facts}
        self._by_mail = sorted(
            (one for one in applications if one.made_by == "mail"), key=lambda one: one.id
        )
        self._made = {one.key: one for one in self._by_mail if one.key}
        self._draft_of = {one.id: draft for one in self._by_mail if (draft := self._meant(one))}
        self._stored = self._choose_stored()
        self._buried = self._find_buried(applications)

    def find(self) -> Changes:
        drafts = [
            draft
            for draft in self._fold.drafts
            if (draft.members or draft.own) and draft not in self._buried
        ]
        stored = [(draft, self._stored.get(draft)) for draft in drafts]
        taken = {one.id for one in self._stored.values()}
        left = [one for one in self._by_mail if one.id not in taken]
        updates = (
            *(self._update(draft, one) for draft, one in stored if one),
            *(self._leave(one) for one in left if _is_kept(one)),
        )
        return Changes(
            create=tuple(_create(draft) for draft, one in stored if one is None),
            update=tuple(
                change for change in updates if change.values or change.add or change.drop
            ),
            remove=tuple(
                Remove(application_id=one.id, into=self._find_heir(one))
                for one in left
                if not _is_kept(one)
            ),
            questions=tuple(self._questions()),
            unmatched=tuple(self._fold.unmatched),
        )

    def _meant(self, application: StoredApplication) -> Draft | None:
        """Return what became of a stored application: the draft with the fact that made it, else with its first fact.

        Else the one with most of its facts, but for those that made others. What the user did to it hangs on the fact
        that made it.
        """
        draft_of = self._fold.draft_of
        if application.key in draft_of:
            return draft_of[application.key]
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

    def _choose_stored(self) -> dict[Draft, StoredApplication]:
        """Return the stored application of each draft; of several that are one now, what the user would miss."""
        claims: dict[Draft, list[StoredApplication]] = defaultdict(list)
        for one in self._by_mail:
            if draft := self._draft_of.get(one.id):
                claims[draft].append(one)
        chosen = {
            draft: min(_without_unseen(ones), key=self._rank) for draft, ones in claims.items()
        }
        return chosen | {draft: draft.own for draft in self._fold.drafts if draft.own}

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
            if draft not in self._stored
            and draft.members
            and all(is_buried(clues.fact) for clues in draft.members)
        }

    def _rank(self, one: StoredApplication) -> tuple[bool, bool, int, int]:
        draft = self._draft_of[one.id]
        mails = sum(self._fold.draft_of.get(entry.fact) is draft for entry in one.entries)
        return one.deleted, not _is_touched(one), -mails, one.id

    def _update(self, draft: Draft, stored: StoredApplication) -> Update:
        if not draft.members and not stored.entries:
            return Update(application_id=stored.id)
        known = {entry.fact: entry for entry in stored.entries}
        wanted = _mask_entries(draft, stored, known)
        return Update(
            application_id=stored.id,
            values={} if stored.deleted else _differences(stored.values, _values(draft, stored)),
            add=tuple(entry for entry in wanted if known.get(entry.fact) != entry),
            drop=self._find_dropped(stored, {entry.fact for entry in wanted}),
        )

    def _leave(self, stored: StoredApplication) -> Update:
        """Keep an application that has no mail any more, or none that starts one, because it is the user's."""
        values = _hold_edited(
            replace(stored.values, status=statuses.APPLIED, rejected=False), stored
        )
        return Update(
            application_id=stored.id,
            values={} if stored.deleted else _differences(stored.values, values),
            drop=self._find_dropped(stored, set()),
        )

    def _find_dropped(self, stored: StoredApplication, wanted: set[FactKey]) -> tuple[FactKey, ...]:
        gone = (entry.fact for entry in stored.entries if entry.fact not in wanted)
        if stored.deleted:
            # What it once held must not make a new application when it is read again.
            draft_of = self._fold.draft_of
            return tuple(
                fact for fact in gone if fact in draft_of and draft_of[fact] not in self._buried
            )
        if not wanted:
            return tuple(fact for fact in gone if fact in self._said)
        return tuple(gone)

    def _find_heir(self, stored: StoredApplication) -> Reference | None:
        draft = self._draft_of.get(stored.id)
        return self._refer(draft) if draft and draft not in self._buried else None

    def _questions(self) -> Iterator[Question]:
        for doubt in self._fold.doubts:
            if self._is_answered(doubt):
                continue
            if candidates := self._live_candidates(doubt):
                yield Question(fact=doubt.fact.key, candidates=candidates, reason=doubt.reason)

    def _is_answered(self, doubt: Doubt) -> bool:
        """Tell whether the user has done to one of the applications what the mail says."""
        stored = (self._stored.get(draft) for draft in doubt.drafts[:MAX_CANDIDATES])
        return any(one and _has_done(one, doubt.fact) for one in stored)

    def _live_candidates(self, doubt: Doubt) -> tuple[Reference, ...]:
        live = [
            draft
            for draft in doubt.drafts[:MAX_CANDIDATES]
            if draft not in self._buried
            and not ((stored := self._stored.get(draft)) and stored.deleted)
        ]
        return tuple(self._refer(draft) for draft in reversed(live))

    def _refer(self, draft: Draft) -> Reference:
        stored = self._stored.get(draft)
        return stored.id if stored else draft.members[0].fact.key


def _has_done(stored: StoredApplication, fact: Fact) -> bool:
    if fact.kind in ENDING:
        return "rejected" in stored.edited and stored.values.rejected
    return "status" in stored.edited and not rises(stored.values.status, REACHED[fact.kind])


def _without_unseen(claimants: list[StoredApplication]) -> list[StoredApplication]:
    """Leave out what was made after the user deleted one of them: mail that was deleted, and comes again in parts.

    What was there at the deletion stays: the user may have deleted the second of two that are one now.
    """
    deletions = [one.ended_at for one in claimants if one.deleted and one.ended_at]
    last = max(deletions, default=None)
    return [
        one for one in claimants if last is None or one.made_at <= last or _is_touched(one)
    ] or claimants


def _is_touched(stored: StoredApplication) -> bool:
    return stored.touched or bool(stored.edited)


def _is_kept(stored: StoredApplication) -> bool:
    return stored.deleted or _is_touched(stored)


def _create(draft: Draft) -> Create:
    return Create(
        key=draft.members[0].fact.key, values=_values(draft, None), entries=tuple(draft.entries)
    )


def _values(draft: Draft, stored: StoredApplication | None) -> ApplicationValues:
    """Return what the application shows: of each field what a mail said first, and what the user said in its place."""
    facts = draft.told
    first = facts[0] if facts else None
    receipt = next((fact for fact in facts if fact.kind == "applied"), first)
    values = ApplicationValues(
        title=_first_said(facts, "title") or "",
        company=_first_said(facts, "company") or "",
        applied_at=receipt.applied_at if receipt else draft.began_at,
        status=draft.status,
        rejected=draft.rejected,
        location=_first_said(facts, "location"),
        requisition=_first_said(facts, "requisition"),
        link=_first_said(facts, "link"),
        logo=_first_said(facts, "logo"),
        source=first.source if first else "",
        interview_at=draft.interview_at,
    )
    return _hold_edited(values, stored) if stored else values


def _first_said(facts: list[Fact], name: str) -> str | None:
    return next((said for fact in facts if (said := getattr(fact, name))), None)


def _hold_edited(values: ApplicationValues, stored: StoredApplication) -> ApplicationValues:
    edited = stored.edited | _ENTERED if stored.made_by == "user" else stored.edited
    # Any: `edited` names fields, each with the value that it has now.
    held: dict[str, Any] = {name: getattr(stored.values, name) for name in edited}
    return replace(values, **held)


def _mask_entries(
    draft: Draft, stored: StoredApplication, known: dict[FactKey, Entry]
) -> list[Entry]:
    """Return the draft's entries; where the user has set the status, what mail did before, and nothing new."""
    if stored.edited.isdisjoint(("status", "rejected")):
        return draft.entries
    return [
        known.get(entry.fact) or _mask_entry(entry, stored) if entry.effect != "started" else entry
        for entry in draft.entries
    ]


def _mask_entry(entry: Entry, stored: StoredApplication) -> Entry:
    values, edited = stored.values, stored.edited
    is_masked = (entry.effect == "moved" and "status" in edited) or (
        entry.effect == "rejected" and "rejected" in edited
    )
    return replace(
        entry,
        effect="noted" if is_masked else entry.effect,
        status=values.status if "status" in edited else entry.status,
        rejected=values.rejected if "rejected" in edited else entry.rejected,
    )


def _differences(
    before: ApplicationValues, after: ApplicationValues
) -> dict[FieldName, FieldValue]:
    return {
        name: getattr(after, name)
        for name in _FIELDS
        if getattr(before, name) != getattr(after, name)
    }
