"""Metrics of applications."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import available_timezones

import pytest
import time_machine
from django.db import connection

from api_v1.jobhax import columns
from core.accounts.models import User
from core.jobsearch import metrics, services
from core.jobsearch.models import Status
from core.jobsearch.statuses import APPLIED, OFFER, PHONE_SCREEN
from core.json_text import JsonText
from tests.core.jobsearch.applications import Apply, read, store_many
from tests.statements import statements

MARCH = datetime(2019, 3, 18, 3, 26, tzinfo=UTC)
MONTHS = {"series": columns.SERIES, "others": columns.OTHERS}
MATRIX = {"table": columns.TITLES_BY_STATUS, "row": columns.STATUS_ROW}
METRICS: dict[str, Callable[[int], JsonText]] = {
    "total": partial(metrics.count_all, columns=columns.COUNT),
    "by month": partial(metrics.count_by_month, **MONTHS),
    "by month with total": partial(metrics.count_by_month, **MONTHS, total=columns.TOTAL),
    "by status": partial(metrics.count_by_status, columns=columns.COUNT_BY_STATUS),
    "by company": partial(metrics.count_by_company, columns=columns.COUNT_BY_COMPANY),
    "by title and status": partial(metrics.count_by_title_and_status, **MATRIX),
}
every_metric = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())


def months(seeker: User) -> dict[str, int]:
    """Return the counts of all sources by the name of the month, where there are any."""
    series, names = read(metrics.count_by_month(seeker.id, **MONTHS, total=columns.TOTAL))
    return {name: count for name, count in zip(names, series[-1]["data"], strict=True) if count}


def test_the_total_counts_what_is_listed(apply: Apply, seeker: User, stranger: User) -> None:
    apply()
    apply(is_rejected=True)
    apply(user=stranger)
    services.delete_application(seeker.id, apply().id)
    assert metrics.count_all(seeker.id, columns=columns.COUNT) == b'{"count":2}'


@every_metric
def test_a_metric_is_one_statement(seeker: User, metric: Callable[[int], JsonText]) -> None:
    store_many(seeker, 300)
    with statements() as run:
        metric(seeker.id)
    assert len(run) == 1


@every_metric
@time_machine.travel(MARCH, tick=False)
def test_deleted_applications_and_other_peoples_count_nowhere(
    apply: Apply, seeker: User, stranger: User, metric: Callable[[int], JsonText]
) -> None:
    before = metric(seeker.id)
    apply(user=stranger)
    services.delete_application(seeker.id, apply().id)
    assert metric(seeker.id) == before


def test_without_applications_there_is_little_to_say(seeker: User) -> None:
    assert metrics.count_all(seeker.id, columns=columns.COUNT) == b'{"count":0}'
    assert metrics.count_by_status(seeker.id, columns=columns.COUNT_BY_STATUS) == b"[]"
    assert metrics.count_by_company(seeker.id, columns=columns.COUNT_BY_COMPANY) == b"[]"
    assert read(metrics.count_by_title_and_status(seeker.id, **MATRIX)) == {
        "jobs": [],
        "statuses": [],
        "data": [],
    }


@time_machine.travel(MARCH, tick=False)
def test_by_month_has_the_four_boards_of_the_sample_then_the_others(
    apply: Apply, seeker: User
) -> None:
    apply(source="Vettery", apply_date=datetime(2019, 1, 5, tzinfo=UTC))
    apply(source="LinkedIn", apply_date=datetime(2018, 8, 5, tzinfo=UTC))
    apply(source="LinkedIn", apply_date=datetime(2018, 8, 7, tzinfo=UTC))
    for source in ("Monster", "", "linkedin", "Others", "Total"):
        apply(source=source, apply_date=MARCH)
    series, names = read(metrics.count_by_month(seeker.id, **MONTHS))
    assert names == [
        *("April", "May", "June", "July", "August", "September"),
        *("October", "November", "December", "January", "February", "March"),
    ]
    assert series == [
        {"source": "Hired.com", "data": [0] * 12},
        {"source": "LinkedIn", "data": [0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]},
        {"source": "Indeed", "data": [0] * 12},
        {"source": "Vettery", "data": [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]},
        {"source": "Others", "data": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5]},
    ]


@time_machine.travel(MARCH, tick=False)
def test_with_total_the_sum_is_one_more_series(apply: Apply, seeker: User) -> None:
    apply(source="Vettery", apply_date=MARCH)
    apply(source="Indeed", apply_date=MARCH)
    plain, names = read(metrics.count_by_month(seeker.id, **MONTHS))
    series, same_names = read(metrics.count_by_month(seeker.id, **MONTHS, total=columns.TOTAL))
    assert series == [*plain, {"source": "Total", "data": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]}]
    assert same_names == names


@time_machine.travel(MARCH, tick=False)
def test_all_of_the_first_month_counts_and_nothing_before_it(apply: Apply, seeker: User) -> None:
    first = datetime(2018, 4, 1, tzinfo=UTC)
    apply(apply_date=first)
    apply(apply_date=first - timedelta(microseconds=1))
    assert months(seeker) == {"April": 1}


@time_machine.travel(MARCH, tick=False)
def test_all_of_the_current_month_counts_and_nothing_after_it(apply: Apply, seeker: User) -> None:
    next_month = datetime(2019, 4, 1, tzinfo=UTC)
    apply(apply_date=next_month - timedelta(microseconds=1))
    apply(apply_date=next_month)
    assert months(seeker) == {"March": 1}


@pytest.mark.parametrize(
    ("zone", "last"),
    [("UTC", "March"), ("Pacific/Auckland", "April"), ("America/Los_Angeles", "March")],
)
@time_machine.travel(datetime(2019, 3, 31, 12, tzinfo=UTC), tick=False)
def test_the_current_month_is_that_of_the_users_time_zone(
    seeker: User, zone: str, last: str
) -> None:
    User.objects.update(time_zone=zone)
    assert read(metrics.count_by_month(seeker.id, **MONTHS))[1][-1] == last


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "", "on", "monday", "utc_dst", ",", "Asia/Tokyo\n", "x" * 64]
)
def test_an_unknown_time_zone_counts_as_utc(apply: Apply, seeker: User, zone: str) -> None:
    apply(apply_date=datetime.now(UTC))
    User.objects.update(time_zone=zone)
    assert sum(months(seeker).values()) == 1


def test_every_time_zone_of_python_is_one(seeker: User) -> None:
    for number, zone in enumerate(sorted(available_timezones())):
        User.objects.create(email=f"u{number}@zones.test", time_zone=zone, is_registered=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT time_zone FROM accounts_user WHERE {metrics._ZONE} <> time_zone")  # noqa: S608 - a constant
        # What the computer happens to have set is no place.
        assert {zone for (zone,) in cursor.fetchall()} <= {"Factory", "localtime"}


@time_machine.travel(datetime(2019, 4, 1, tzinfo=UTC), tick=False)
def test_an_application_counts_in_the_month_of_the_users_time_zone(
    apply: Apply, seeker: User
) -> None:
    # In Auckland, 13 hours ahead, February ended at 11:00 UTC.
    border = datetime(2019, 2, 28, 11, tzinfo=UTC)
    apply(apply_date=border)
    apply(apply_date=border - timedelta(microseconds=1))
    assert months(seeker) == {"February": 2}
    User.objects.update(time_zone="Pacific/Auckland")
    assert months(seeker) == {"February": 1, "March": 1}


@time_machine.travel(datetime(2019, 4, 1, tzinfo=UTC), tick=False)
def test_the_first_month_begins_in_the_users_time_zone_whatever_its_clock_showed_then(
    apply: Apply, seeker: User
) -> None:
    # Auckland was 12 hours ahead at the end of April 2018, and is 13 hours ahead now.
    User.objects.update(time_zone="Pacific/Auckland")
    begins = datetime(2018, 4, 30, 12, tzinfo=UTC)
    apply(apply_date=begins)
    apply(apply_date=begins - timedelta(microseconds=1))
    assert months(seeker) == {"May": 1}


@time_machine.travel(datetime(2019, 2, 15, tzinfo=UTC), tick=False)
def test_a_day_typed_in_counts_in_its_own_month_west_of_greenwich_too(seeker: User) -> None:
    User.objects.update(time_zone="America/Los_Angeles")
    new = services.NewApplication(
        job_title="Engineer", company="Carvana", status_id=APPLIED, applied_on=date(2019, 2, 1)
    )
    services.add_application(seeker.id, new=new)
    assert months(seeker) == {"February": 1}


def test_only_statuses_that_occur_are_counted_and_rejected_ones_under_their_status(
    apply: Apply, seeker: User
) -> None:
    interviewing = Status.objects.create(value="Interviewing")
    apply(status_id=interviewing.id)
    apply(is_rejected=True)
    apply()
    assert metrics.count_by_status(seeker.id, columns=columns.COUNT_BY_STATUS) == (
        b'[{"name":"Applied","value":2},{"name":"Interviewing","value":1}]'
    )


def test_companies_come_by_how_often_and_then_by_which_came_up_first(
    apply: Apply, seeker: User
) -> None:
    for company in ("Zulu", "Amazon ", "Carvana", "Amazon", "Carvana"):
        apply(company=company)
    assert read(metrics.count_by_company(seeker.id, columns=columns.COUNT_BY_COMPANY)) == [
        {"word": "Carvana", "value": 2},
        {"word": "Zulu", "value": 1},
        {"word": "Amazon ", "value": 1},
        {"word": "Amazon", "value": 1},
    ]


def test_titles_and_statuses_make_a_matrix(apply: Apply, seeker: User) -> None:
    for title, status in [
        ("Zookeeper", OFFER),
        ("Android", APPLIED),
        ("Zookeeper", APPLIED),
        ("Android", APPLIED),
    ]:
        apply(job_title=title, status_id=status)
    assert read(metrics.count_by_title_and_status(seeker.id, **MATRIX)) == {
        "jobs": ["Zookeeper", "Android"],
        "statuses": ["Applied", "Offer"],
        "data": [{"name": "Applied", "data": [1, 2]}, {"name": "Offer", "data": [1, 0]}],
    }


def test_a_status_that_does_not_occur_is_not_in_the_matrix(apply: Apply, seeker: User) -> None:
    apply(status_id=PHONE_SCREEN)
    assert read(metrics.count_by_title_and_status(seeker.id, **MATRIX))["statuses"] == [
        "Phone Screen"
    ]
