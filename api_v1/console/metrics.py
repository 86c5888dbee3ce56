"""A job seeker's figures: those of the JobHax API's metrics, as charts with their numbers."""

from collections.abc import Sequence
from typing import Final

from django.http import HttpResponse

from api_v1.console.page import ConsoleRequest, Page, draw, person_of
from core.jobsearch.figures import (
    OTHERS,
    Counted,
    Months,
    Titles,
    read_companies,
    read_months,
    read_statuses,
    read_titles,
)
from tenants.console.plots import Plot, PlotRow

# Companies and job titles of a chart.
MOST_ROWS: Final = 12
# A chart tells so many series apart by their colours; the last one may be all others.
MOST_SERIES: Final = 6


def show_metrics(request: ConsoleRequest) -> HttpResponse:
    """Show the number of applications, and by month, status, company and job title."""
    user_id = person_of(request).user_id
    statuses, months = read_statuses(user_id), read_months(user_id)
    total = sum(one.applications for one in statuses)
    plots = [
        _plot_boards(months),
        _plot_total(months),
        _plot_counted("statuses", "By status", "Status", statuses),
        _plot_counted(
            "companies",
            "By company",
            "Company",
            read_companies(user_id, limit=MOST_ROWS),
            note=_say_limit(MOST_ROWS),
        ),
        _plot_titles(read_titles(user_id, limit=MOST_ROWS)),
    ]
    return draw(
        request,
        "metrics.html",
        title="Metrics",
        total=total,
        this_month=months.series[-1].counts[-1],
        plots=plots if total else [],
    )


def _plot_boards(months: Months) -> Plot:
    boards = months.series[:-1]
    return Plot(
        name="by-month",
        title="By month and source",
        kind="columns",
        head="Month",
        series=[one.source for one in boards],
        rows=_by_month(months, [one.counts for one in boards]),
    )


def _plot_total(months: Months) -> Plot:
    return Plot(
        name="by-month-with-total",
        title="By month, with all sources together",
        kind="lines",
        head="Month",
        series=[one.source for one in months.series],
        rows=_by_month(months, [one.counts for one in months.series]),
    )


def _by_month(months: Months, counts: Sequence[Sequence[int]]) -> list[PlotRow]:
    columns = zip(*counts, strict=True)
    return [PlotRow(name, one) for name, one in zip(months.names, columns, strict=True)]


def _plot_counted(
    name: str, title: str, head: str, counted: Sequence[Counted], *, note: str = ""
) -> Plot:
    return Plot(
        name=name,
        title=title,
        kind="bars",
        head=head,
        series=["Applications"],
        rows=[PlotRow(one.name, [one.applications]) for one in counted],
        note=note,
    )


def _plot_titles(titles: Titles) -> Plot:
    """Return the chart of titles and statuses; where there are too many statuses, the rarest are one series."""
    totals = [sum(column) for column in zip(*(row.counts for row in titles.rows), strict=True)]
    places = range(len(totals))
    kept = list(places)
    if len(totals) > MOST_SERIES:
        most = sorted(places, key=lambda nth: -totals[nth])[: MOST_SERIES - 1]
        kept = sorted(most)
    rest = [nth for nth in places if nth not in kept]
    rows = [
        PlotRow(
            row.title,
            [row.counts[nth] for nth in kept]
            + ([sum(row.counts[nth] for nth in rest)] if rest else []),
        )
        for row in titles.rows
    ]
    return Plot(
        name="titles",
        title="By job title and status",
        kind="bars",
        head="Job title",
        series=[titles.statuses[nth] for nth in kept] + ([OTHERS] if rest else []),
        rows=rows,
        note=_say_limit(MOST_ROWS),
    )


def _say_limit(number: int) -> str:
    return f"The {number} with most applications at most; the API has all."


PAGES: Final = (Page("metrics", "app/metrics/", "user", show_metrics),)
