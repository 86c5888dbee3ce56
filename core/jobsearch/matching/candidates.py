"""Finds the applications that a fact may belong to, by one key after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Final

from core.jobsearch.matching.clues import Clues
from core.jobsearch.matching.drafts import Draft
from core.jobsearch.matching.keys import words_of_company

# How long after its first mail an application may be meant by mail that doesn't name the job.
NAMELESS_WINDOW: Final = timedelta(days=365)
# Of more applications with one key only the newest are compared: hostile mail could make any number.
MAX_COMPARED: Final = 50

# The keys and values of such a table have the order in which they were added.
Drafts = dict[Draft, None]


class DraftIndex:
    """All drafts so far, by what they are found by."""

    def __init__(self) -> None:
        self._by_job: dict[tuple[str, str], Drafts] = defaultdict(dict)
        self._by_requisition: dict[str, Drafts] = defaultdict(dict)
        self._by_names: dict[tuple[str, str], Drafts] = defaultdict(dict)
        self._by_company: dict[str, Drafts] = defaultdict(dict)
        self._by_title: dict[str, Drafts] = defaultdict(dict)
        # Those whose company no mail had named when they were put in.
        self._without_company: dict[str, Drafts] = defaultdict(dict)

    def put(self, draft: Draft) -> None:
        """Make a draft findable by all that it knows by now."""
        for job in draft.jobs:
            self._by_job[job.board, job.id][draft] = None
        for requisition in draft.requisitions:
            self._by_requisition[requisition][draft] = None
        for title in draft.titles:
            self._by_title[title][draft] = None
            if not draft.companies:
                self._without_company[title][draft] = None
        for company in draft.companies:
            self._by_company[company][draft] = None
            for title in draft.titles:
                self._by_names[company, title][draft] = None

    def by_job(self, clues: Clues) -> list[Draft]:
        """Return the drafts with the board's own id of the posting, the newest first, as all of these functions do."""
        if clues.job is None:
            return []
        return list(_newest(self._by_job.get((clues.job.board, clues.job.id)), clues))

    def by_requisition(self, clues: Clues) -> list[Draft]:
        """Return the employer's drafts with its number of the posting; the employer may have several names."""
        if not clues.requisition:
            return []
        found = list(_newest(self._by_requisition.get(clues.requisition), clues))
        exact = [draft for draft in found if clues.company in draft.companies]
        return exact or [draft for draft in found if _may_be_employer_of(draft, clues)]

    def by_names(self, clues: Clues) -> list[Draft]:
        """Return the drafts with this company and title, of which no number says that the posting is another."""
        found = _newest(self._by_names.get((clues.company, clues.title)), clues)
        return [
            draft
            for draft in found
            if not draft.contradicts(clues) and not _is_elsewhere(draft, clues)
        ]

    def by_window(self, clues: Clues) -> list[Draft]:
        """Return the drafts that the fact may mean although either doesn't name title or company, by time."""
        return [
            draft
            for draft in self._by_one_name(clues)
            if (not draft.titles or not clues.title or clues.title in draft.titles)
            and _is_timely(draft, clues)
        ]

    def of_company(self, clues: Clues) -> list[Draft]:
        """Return the drafts of this company that are open at the fact's moment, whatever their title."""
        found = _newest(self._by_company.get(clues.company), clues)
        return [draft for draft in found if _is_timely(draft, clues)]

    def _by_one_name(self, clues: Clues) -> Iterator[Draft]:
        if clues.company:
            yield from _newest(self._by_company.get(clues.company), clues)
            for draft in _newest(self._without_company.get(clues.title), clues):
                if not draft.companies:
                    yield draft
        elif clues.title:
            for draft in _newest(self._by_title.get(clues.title), clues):
                if not draft.companies or _is_from_source(draft, clues):
                    yield draft


def _newest(drafts: Drafts | None, clues: Clues) -> Iterator[Draft]:
    newest: Iterable[Draft] = islice(reversed(drafts), MAX_COMPARED) if drafts else ()
    return (draft for draft in newest if draft.may_hold(clues))


def _is_timely(draft: Draft, clues: Clues) -> bool:
    if draft.contradicts(clues):
        return False
    if clues.fact.kind == "applied":
        return draft.is_near(clues)
    return draft.is_open(clues.at) and abs(clues.at - draft.began_at) <= NAMELESS_WINDOW


def _is_from_source(draft: Draft, clues: Clues) -> bool:
    """Tell whether mail of the same source is among the draft's; receipts of two systems can't be expected to be."""
    return clues.fact.kind == "applied" or clues.fact.source in draft.sources


def _is_elsewhere(draft: Draft, clues: Clues) -> bool:
    """Tell whether this is another receipt of one template that names another place: a title in two cities."""
    if clues.fact.kind != "applied" or not clues.location:
        return False
    places = {place for place, template in draft.locations if template == clues.template}
    return bool(places) and clues.location not in places


def _may_be_employer_of(draft: Draft, clues: Clues) -> bool:
    """Tell whether a fact with an equal requisition, which may be any employer's number, is of the draft's employer."""
    if not clues.company or not draft.companies:
        return True
    words = words_of_company(clues.fact.company or "")
    if any(words <= other or other <= words for other in draft.employers):
        return True
    is_sender = clues.fact.sender in draft.senders
    if clues.fact.kind == "applied" and clues.template in draft.receipts and not is_sender:
        # One template, sent again from another address: another employer, whose numbers are its own.
        return False
    if clues.title and draft.titles:
        return clues.title in draft.titles
    return is_sender
