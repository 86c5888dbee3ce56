"""A fact with the keys that it is compared by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.jobsearch.matching.keys import (
    JobId,
    key_of_company,
    key_of_requisition,
    key_of_title,
    read_job_id,
)
from core.jobsearch.matching.values import Fact

# Where facts have equal moments: what happens first to an application comes first.
_KIND_RANK: Final = {
    kind: rank
    for rank, kind in enumerate(
        ("applied", "viewed", "assessment", "interview", "offer", "withdrawn", "closed", "rejected")
    )
}
Order = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Clues:
    """One fact, read. `company`, `title`, `requisition`: keys, "" where the mail says none."""

    fact: Fact
    company: str
    title: str
    requisition: str
    job: JobId | None
    location: str

    @property
    def at(self) -> datetime:
        return self.fact.occurred_at

    @property
    def domain(self) -> str:
        return self.fact.sender.rpartition("@")[2]

    @property
    def template(self) -> tuple[str, str]:
        """Which template of which source the mail was made from."""
        return self.fact.source, self.fact.template


def read_clues(fact: Fact) -> Clues:
    """Return the fact with its keys."""
    return Clues(
        fact=fact,
        company=key_of_company(fact.company) if fact.company else "",
        title=key_of_title(fact.title) if fact.title else "",
        requisition=key_of_requisition(fact.requisition) if fact.requisition else "",
        job=read_job_id(fact.link, board=fact.source) if fact.link else None,
        location=fact.location.casefold() if fact.location else "",
    )


def order_of(clues: Clues) -> Order:
    """Return what facts are sorted by: their moment, then what depends on nothing but the fact itself.

    Of receipts with one moment the one that proves and says most comes first.
    """
    fact = clues.fact
    return (
        fact.occurred_at,
        _KIND_RANK[fact.kind],
        fact.claimed_by == "header",
        not clues.title,
        not clues.company,
        fact.key,
    )
