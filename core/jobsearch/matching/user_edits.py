"""What an application shows: what mail says of it, and what the user said in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

from core.jobsearch.matching.drafts import Draft, rises
from core.jobsearch.matching.values import (
    SHOWN_IN_HISTORY,
    ApplicationValues,
    Effect,
    Entry,
    Fact,
    FactKey,
    FieldName,
    FieldValue,
    StoredApplication,
)

_FIELDS: Final[tuple[FieldName, ...]] = get_args(FieldName)
_ENTERED: Final[frozenset[FieldName]] = frozenset({"title", "company", "applied_at", "source"})
# What a mail does to a field that the user can set too.
_DONE_TO: Final[Mapping[Effect, FieldName]] = {"moved": "status", "rejected": "rejected"}


def show_values(draft: Draft, stored: StoredApplication | None) -> ApplicationValues:
    """Return of each field what a mail said first, and what the user said in its place."""
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
    return hold_edited(values, stored) if stored else values


def _first_said(facts: list[Fact], name: str) -> str | None:
    return next((said for fact in facts if (said := getattr(fact, name))), None)


def hold_edited(values: ApplicationValues, stored: StoredApplication) -> ApplicationValues:
    """Return the values with what the user entered or changed in their place."""
    edited = stored.edited | _ENTERED if stored.made_by == "user" else stored.edited
    # Any: `edited` names fields, each with the value that it has now.
    held: dict[str, Any] = {name: getattr(stored.values, name) for name in edited}
    return replace(values, **held)


def find_differences(
    before: ApplicationValues, after: ApplicationValues
) -> dict[FieldName, FieldValue]:
    """Return the fields that differ, with their values in `after`."""
    return {
        name: getattr(after, name)
        for name in _FIELDS
        if getattr(before, name) != getattr(after, name)
    }


def show_entries(
    draft: Draft, stored: StoredApplication, *, twins: Mapping[FactKey, FactKey]
) -> list[Entry]:
    """Return the draft's entries; where the user has set the status, what mail did before, and nothing new.

    What mail does after that is noted. They depend on the facts, and on what was stored when the user set the status:
    never on the order in which mail comes after that. `twins`: of the fold.
    """
    if stored.edited.isdisjoint(_DONE_TO.values()):
        return draft.entries
    return list(_Edited(stored, twins).show(draft.entries))


@dataclass(slots=True)
class _Edited:
    """An application whose status or rejection the user has set."""

    stored: StoredApplication
    twins: Mapping[FactKey, FactKey]

    def show(self, entries: list[Entry]) -> Iterable[Entry]:
        stored = {entry.fact: entry for entry in self.stored.entries}
        done = [
            before
            for entry in entries
            if entry.effect != "started"
            and (before := stored.get(entry.fact))
            and self._is_set(before.effect)
        ]
        for entry in entries:
            yield entry if entry.effect == "started" else self._show(entry, done)

    def _is_set(self, effect: Effect) -> bool:
        """Tell whether the user has set what a mail with this effect does."""
        return _DONE_TO.get(effect) in self.stored.edited

    def _show(self, entry: Entry, done: list[Entry]) -> Entry:
        """Return the entry; `done`: what mail had done to the same fields before the user set them, which stays."""
        own = next((one for one in done if one.fact == entry.fact), None)
        if own is not None:
            effect = own.effect
        elif self._is_set(entry.effect):
            effect = "repeated" if any(_says(one, entry) for one in done) else "noted"
        else:
            effect = entry.effect
        if effect not in SHOWN_IN_HISTORY:
            return replace(entry, effect=effect)
        # The history shows what the application was when this mail, or a copy of it, came.
        then = self._find_shown(entry.fact) or self.stored.values
        return replace(
            entry,
            effect=effect,
            status=then.status if "status" in self.stored.edited else entry.status,
            rejected=then.rejected if "rejected" in self.stored.edited else entry.rejected,
        )

    def _find_shown(self, fact: FactKey) -> Entry | None:
        """Return the stored entry of a fact, else that of a copy of its mail, which the history shows."""
        first = self.twins.get(fact, fact)
        shown = [
            entry
            for entry in self.stored.entries
            if self.twins.get(entry.fact, entry.fact) == first
            and entry.effect in SHOWN_IN_HISTORY
            and entry.effect != "started"
        ]
        return min(shown, key=lambda entry: (entry.fact != fact, entry.fact), default=None)


def _says(done: Entry, entry: Entry) -> bool:
    """Tell whether an entry says no more than what mail had done before."""
    return done.effect == entry.effect and not (
        done.effect == "moved" and rises(done.status, entry.status)
    )
