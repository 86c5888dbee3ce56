"""The figures of a job seeker as values, cut to what one page shows: those of `metrics`, which answers whole lists."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Min, QuerySet

from core.jobsearch import metrics
from core.jobsearch.models import Application

OTHERS: Final = "Others"
TOTAL: Final = "Total"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many applications have this status, or went to this company."""

    name: str
    applications: int


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one source, one for each month."""

    source: str
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Months:
    """The last twelve months by their English names, the current one last; the last series is that of all sources."""

    names: Sequence[str]
    series: Sequence[Series]


@dataclass(frozen=True, slots=True)
class TitleCounts:
    """The numbers of one job title, one for each status."""

    title: str
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Titles:
    """Job titles with their numbers by status. `statuses`: those that occur, in their order."""

    statuses: Sequence[str]
    rows: Sequence[TitleCounts]


def read_months(user_id: int) -> Months:
    """Return the numbers by month and source, in the months of the user's time zone."""
    counted = metrics.count_by_month(
        user_id, series="json_build_array(source, counts)", others=OTHERS, total=TOTAL
    )
    series, names = json.loads(counted)
    return Months(names, [Series(source, counts) for source, counts in series])


def read_statuses(user_id: int) -> list[Counted]:
    """Return the statuses that occur, in their order; together they are all applications."""
    counted = metrics.count_by_status(user_id, columns="status, applications")
    return [Counted(one["status"], one["applications"]) for one in json.loads(counted)]


def read_companies(user_id: int, *, limit: int) -> list[Counted]:
    """Return the companies with most applications, then the earliest."""
    found = _select(user_id).values("company").annotate(number=Count("id"), first=Min("id"))
    most = found.order_by("-number", "first")[:limit]
    return [Counted(one["company"], one["number"]) for one in most]


def read_titles(user_id: int, *, limit: int) -> Titles:
    """Return the job titles with most applications, then the earliest."""
    found = _select(user_id).values("job_title").annotate(number=Count("id"), first=Min("id"))
    most = found.order_by("-number", "first")[:limit]
    titles = [one["job_title"] for one in most]
    cells = _select(user_id).filter(job_title__in=titles)
    counted = cells.values_list("job_title", "status_id", "status__value").annotate(Count("id"))
    numbers = {(title, status): number for title, status, _, number in counted}
    statuses = dict(sorted((status, value) for _, status, value, _ in counted))
    rows = [TitleCounts(one, [numbers.get((one, id_), 0) for id_ in statuses]) for one in titles]
    return Titles(list(statuses.values()), rows)


def _select(user_id: int) -> QuerySet[Application]:
    return Application.objects.filter(user_id=user_id, deleted_at=None)
