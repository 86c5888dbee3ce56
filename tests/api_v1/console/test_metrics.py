"""The figures of a job seeker in the console: the same as the API's, and light however many there are."""

import json
from typing import Any

from bs4 import BeautifulSoup
from django.utils import timezone

from core.accounts.models import User
from core.jobsearch import metrics
from core.jobsearch.models import Application, Status
from tests.api_v1.console.browser import signed_in
from tests.api_v1.console.weights import MOST_BYTES, weigh
from tests.statements import statements

METRICS = "/app/metrics/"


def apply(user: User, **said: Any) -> Application:  # Any: fields of the model
    plain = {"status_id": 1, "job_title": "Cook", "company": "Acme", "apply_date": timezone.now()}
    return Application.objects.create(user=user, **{**plain, **said})


def tables(page: Any) -> dict[str, list[list[str]]]:  # Any: Django's test response
    """Return the rows of each table, by its chart's heading; the first one has the series."""
    soup = BeautifulSoup(page.content, "html.parser")
    return {
        one.select_one("h2").get_text(): [  # type: ignore[union-attr]
            [cell.get_text() for cell in row.select("th, td")] for row in one.select("tr")
        ]
        for one in soup.select("figure[data-plot]")
    }


def test_the_six_figures_are_those_of_the_api(joe: User, staff: User) -> None:
    apply(joe, source="LinkedIn")
    apply(joe, source="Monster", status_id=5, company="Mozilla")
    apply(joe, source="LinkedIn", job_title="<b>Waiter</b>", is_rejected=True)
    apply(joe, deleted_at=timezone.now(), company="Gone")
    apply(staff, company="Elsewhere")
    browser = signed_in(joe)
    shown = tables(browser.get(METRICS))
    assert "Applications 3 This month 3" in browser.text
    count = json.loads(metrics.count_all(joe.id, columns="applications"))
    assert count == {"applications": 3}
    series, names = json.loads(
        metrics.count_by_month(
            joe.id,
            series="json_build_array(source, counts)",
            others="Others",
            total="Total",
        )
    )
    with_total = shown["By month, with all sources together"]
    assert with_total[0] == ["Month", *(source for source, _ in series)]
    assert [row[0] for row in with_total[1:]] == names
    for nth, (_, counts) in enumerate(series, 1):
        assert [int(row[nth]) for row in with_total[1:]] == counts
    assert shown["By month and source"] == [row[:-1] for row in with_total]
    assert shown["By status"] == [["Status", "Applications"], ["Applied", "2"], ["Offer", "1"]]
    assert shown["By company"][1:] == [["Acme", "2"], ["Mozilla", "1"]]
    assert shown["By job title and status"] == [
        ["Job title", "Applied", "Offer"],
        ["Cook", "1", "1"],
        ["<b>Waiter</b>", "1", "0"],
    ]


def test_a_job_seeker_without_applications_is_led_to_the_mailboxes(joe: User) -> None:
    browser = signed_in(joe)
    browser.get(METRICS)
    assert "There are no applications yet" in browser.text
    assert tables(browser.page) == {}


def test_many_companies_titles_and_statuses_are_cut_and_counted_whole(joe: User) -> None:
    statuses = [Status.objects.create(value=f"Step {number}") for number in range(9)]
    Application.objects.bulk_create(
        Application(
            user=joe,
            status=statuses[number % 9],
            job_title=f"Title {number % 40} ".ljust(200, "x"),
            company=f"Company {number % 60} ".ljust(200, "x"),
            apply_date=timezone.now(),
        )
        for number in range(2000)
    )
    browser = signed_in(joe)
    browser.get(METRICS)
    with statements() as run:
        page = browser.get(METRICS)
    assert len(run) <= 12
    assert weigh(page) < MOST_BYTES
    shown = tables(page)
    assert len(shown["By company"]) == 13
    head, *rows = shown["By job title and status"]
    assert (len(rows), len(head), head[-1]) == (12, 7, "Others")
    assert all(sum(map(int, row[1:])) == 50 for row in rows)
