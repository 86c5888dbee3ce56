"""JobHax: "Metrics related API endpoints", as a client sees them. What is counted is tested in tests/core/jobsearch."""

import pytest
from django.utils import timezone

from tests.api_v1.jobhax.jobapp_calls import NEW, OK, outcome
from tests.clients import JobHaxClient

ZEROS = [0] * 11


@pytest.fixture
def counted(seeker: JobHaxClient) -> JobHaxClient:
    """Two applications by way of Vettery, one by an unknown board."""
    today = timezone.now().date().isoformat()
    other = {"source": "Monster", "status_id": 5, "job_title": "Other", "company": "Mozilla"}
    for changes in ({}, {}, other):
        seeker.post("jobapps/add_jobapp", **{**NEW, "application_date": today, **changes})
    return seeker


def test_the_total(counted: JobHaxClient) -> None:
    reply = counted.get("metrics/get_total_application_count")
    assert (outcome(reply), reply.data) == (OK, {"count": 3})


def test_by_month(counted: JobHaxClient) -> None:
    series, names = counted.get("metrics/get_application_count_by_month").data
    assert [row["source"] for row in series] == [
        "Hired.com",
        "LinkedIn",
        "Indeed",
        "Vettery",
        "Others",
    ]
    assert series[3] == {"source": "Vettery", "data": [*ZEROS, 2]}
    assert series[4] == {"source": "Others", "data": [*ZEROS, 1]}
    assert names[-1] == f"{timezone.now():%B}"
    assert len(set(names)) == 12


def test_by_month_with_total(counted: JobHaxClient) -> None:
    plain, names = counted.get("metrics/get_application_count_by_month").data
    reply = counted.get("metrics/get_application_count_by_month_with_total")
    assert reply.data == [[*plain, {"source": "Total", "data": [*ZEROS, 3]}], names]


def test_by_status(counted: JobHaxClient) -> None:
    reply = counted.get("metrics/get_count_by_statuses")
    assert reply.data == [{"name": "Applied", "value": 2}, {"name": "Offer", "value": 1}]


def test_words(counted: JobHaxClient) -> None:
    reply = counted.get("metrics/get_word_count")
    assert reply.data == [{"word": "company_test", "value": 2}, {"word": "Mozilla", "value": 1}]


def test_by_title_and_status(counted: JobHaxClient) -> None:
    reply = counted.get("metrics/get_count_by_jobtitle_and_statuses")
    assert reply.data == {
        "jobs": ["job_title", "Other"],
        "statuses": ["Applied", "Offer"],
        "data": [{"name": "Applied", "data": [2, 0]}, {"name": "Offer", "data": [0, 1]}],
    }


def test_one_user_is_not_counted_with_another(
    counted: JobHaxClient, stranger: JobHaxClient
) -> None:
    assert stranger.get("metrics/get_total_application_count").data == {"count": 0}
    assert stranger.get("metrics/get_word_count").data == []
