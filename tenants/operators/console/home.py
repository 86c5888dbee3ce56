"""The first page: the installation at a glance."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from tenants.console.charts import Chart, Point, draw_bars
from tenants.counters.summary import DayCount, summarize
from tenants.operators.console.page import Page, draw
from tenants.provisioning.requests import is_worker_running


def show_home(request: HttpRequest) -> HttpResponse:
    """Show tenants by state, requests and errors by day, the queue, mail and storage, and which tenants are busy."""
    summary = summarize()
    return draw(
        request,
        "home.html",
        title="Installation",
        summary=summary,
        charts=draw_days(summary.days),
        is_running=is_worker_running(),
    )


def draw_days(days: Sequence[DayCount]) -> list[Chart]:
    """Return a chart of the requests of each day, and one of those that failed."""
    labels = [f"{one.day:%-d %b}" for one in days]
    requests = [Point(label, one.requests) for label, one in zip(labels, days, strict=True)]
    errors = [Point(label, one.errors) for label, one in zip(labels, days, strict=True)]
    return [
        draw_bars("Requests", requests, unit="requests"),
        draw_bars("Errors", errors, unit="errors", tone="bad"),
    ]


PAGE = Page("index", "", show_home)
