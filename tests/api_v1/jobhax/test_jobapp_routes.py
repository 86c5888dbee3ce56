"""What is the same for all routes of job applications and metrics."""

import pytest

from core.accounts.models import User
from tenants.context import TenantRef
from tests.api_v1.jobhax.jobapp_calls import (
    ON_NOTES,
    READING,
    WRITING,
    add_jobapp,
    add_note,
    call,
    list_jobapps,
    outcome,
)
from tests.clients import JobHaxClient, Reply
from tests.core.jobsearch.applications import store_many
from tests.job_seekers import seeker_of
from tests.statements import statements

METRICS = (
    "get_total_application_count",
    "get_application_count_by_month",
    "get_application_count_by_month_with_total",
    "get_count_by_statuses",
    "get_word_count",
    "get_count_by_jobtitle_and_statuses",
)
LISTS = ("jobapps/get_jobapps", "jobapps/get_statuses", *(f"metrics/{name}" for name in METRICS))
ROUTES = [
    *(f"GET {path}" for path in LISTS),
    *(f"GET jobapps/{name}" for name in READING),
    *(f"POST jobapps/{name}" for name in ("add_jobapp", *WRITING, *ON_NOTES)),
]
every_route = pytest.mark.parametrize("route", ROUTES)


def send(api: JobHaxClient, route: str) -> Reply:
    method, _, path = route.partition(" ")
    return api.get(path) if method == "GET" else api.post(path)


@every_route
@pytest.mark.parametrize("token", [None, "nonsense", "hpa_acme_x"])
def test_no_route_answers_without_a_token(api: JobHaxClient, route: str, token: str | None) -> None:
    api.token = token
    assert outcome(send(api, route)) == (401, 1, "Invalid credentials")


@every_route
def test_a_token_is_worth_nothing_at_another_tenants_host(
    seeker: JobHaxClient, globex: TenantRef, route: str
) -> None:
    seeker.host = "globex.localhost"
    assert outcome(send(seeker, route)) == (401, 1, "Invalid credentials")


@every_route
def test_another_method_is_refused_in_the_envelope(seeker: JobHaxClient, route: str) -> None:
    method, _, path = route.partition(" ")
    other = "GET" if method == "POST" else "POST"
    assert outcome(send(seeker, f"{other} {path}")) == (405, 10, "Invalid parameters...")


@pytest.mark.parametrize(
    "path", ["jobapps/nothing", "jobapps", "jobapps/get_jobapps/", "metrics/nothing"]
)
def test_an_unknown_path_is_not_found(seeker: JobHaxClient, path: str) -> None:
    assert outcome(seeker.get(path)) == (404, 11, "Record not found...")


@pytest.mark.parametrize("route", READING)
def test_what_belongs_to_one_is_read_in_the_same_statements_whatever_its_size(
    seeker: JobHaxClient, route: str
) -> None:
    jobapp_id = add_jobapp(seeker)["id"]
    # The first request of a token also finds out whose it is.
    call(seeker, route, id=jobapp_id)
    with statements() as few:
        assert call(seeker, route, id=jobapp_id).code == 0
    for _ in range(5):
        add_note(seeker, jobapp_id)
    with statements() as many:
        assert call(seeker, route, id=jobapp_id).code == 0
    assert len(many) == len(few)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("version", ["v20180701", "v20261201"])
def test_lists_and_metrics_take_the_same_statements_whatever_the_number_of_rows(
    seeker: JobHaxClient, path: str, version: str
) -> None:
    seeker.version = version
    add_jobapp(seeker)
    with statements() as few:
        assert seeker.get(path).code == 0
    store_many(User.objects.get(email="seeker@jobs.test"), 100)
    with statements() as many:
        assert seeker.get(path).code == 0
    assert len(many) == len(few)


@pytest.mark.parametrize("route", [*READING, *WRITING, *ON_NOTES])
def test_the_same_number_at_another_tenant_is_another_thing(
    seeker: JobHaxClient, globex: TenantRef, route: str
) -> None:
    elsewhere = seeker_of(globex, "seeker@jobs.test")
    jobapp_id = add_jobapp(seeker)["id"]
    note_id = add_note(seeker, jobapp_id)["id"]
    assert call(elsewhere, route, id=note_id if route in ON_NOTES else jobapp_id).code == 11
    assert len(list_jobapps(seeker)) == 1
