"""Finds facts that repeat another: a mail that was fetched and also forwarded has two Message-IDs."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from core.jobsearch.matching.clues import Clues
from core.jobsearch.matching.values import FactKey

# Two mailboxes get one mail at moments that differ by seconds.
SAME_MAIL: Final = timedelta(seconds=60)
# A forward seldom names a zone: it may then have the moment at which the user sent it, at any time after the mail.
BEFORE_ITS_MAIL: Final = timedelta(hours=26)

# Of more mails around the moment of a forward only the nearest are compared with it, on either side.
MAX_COMPARED: Final = 25


def find_twins(ordered: Sequence[Clues]) -> dict[FactKey, FactKey]:
    """Return, for each fact that only repeats another one, that other fact; `ordered` by `order_of`."""
    twins: dict[FactKey, FactKey] = {}
    mails: dict[tuple[str, ...], list[Clues]] = defaultdict(list)
    said: dict[tuple[object, ...], Clues] = {}
    # Forwards come second: the mails themselves have their true moments.
    for clues in sorted(ordered, key=lambda clues: clues.fact.forwarded):
        first = None
        if clues.fact.forwarded:
            first = _find_forwarded(clues, mails[_groups_of(clues)[0]])
        else:
            for group in _groups_of(clues):
                mails[group].append(clues)
        if first is None:
            before = said.get(_said_by(clues))
            if before is not None and clues.at - before.at <= SAME_MAIL:
                first = before
        if first is None:
            said[_said_by(clues)] = clues
        else:
            twins[clues.fact.key] = twins.get(first.fact.key, first.fact.key)
    return twins


def _groups_of(clues: Clues) -> list[tuple[str, ...]]:
    """Return where mails of one source and kind are looked for, by what a forward may still say; the best first."""
    source, kind = clues.fact.source, clues.fact.kind
    names = (("title", clues.title), ("company", clues.company))
    return [*((source, kind, name, said) for name, said in names if said), (source, kind)]


def _said_by(clues: Clues) -> tuple[object, ...]:
    fact = clues.fact
    return (
        fact.source,
        fact.kind,
        fact.forwarded,
        fact.template,
        fact.scheduled_at,
        clues.company,
        clues.title,
        clues.requisition,
        clues.job,
        clues.location,
    )


def _find_forwarded(forward: Clues, mails: Sequence[Clues]) -> Clues | None:
    """Return the mail that this is a forward of: the nearest that says all that the forward still says."""
    place = bisect_left(mails, forward.at, key=_moment_of)
    near = [
        (abs(mail.at - forward.at), mail.at, mail.fact.key, mail)
        for mail in mails[max(0, place - MAX_COMPARED) : place + MAX_COMPARED]
        if mail.at - forward.at <= BEFORE_ITS_MAIL and _agree(forward, mail)
    ]
    return min(near)[-1] if near else None


def _moment_of(clues: Clues) -> datetime:
    return clues.at


def _agree(forward: Clues, mail: Clues) -> bool:
    return (
        (bool(forward.company) or bool(forward.title))
        and forward.company in ("", mail.company)
        and forward.title in ("", mail.title)
        and forward.requisition in ("", mail.requisition)
        and forward.job in (None, mail.job)
    )


def find_taken_back(
    dismissed: Iterable[FactKey], twins: Mapping[FactKey, FactKey]
) -> frozenset[FactKey]:
    """Return the dismissed facts, and the others that repeat what one of them says."""
    firsts = {twins.get(key, key) for key in dismissed}
    return frozenset(firsts | {key for key, first in twins.items() if first in firsts})
