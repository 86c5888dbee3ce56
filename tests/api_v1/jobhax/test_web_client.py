"""What the JobHax web client of 2019 relies on, with its version pinned on its OAuth client."""

from datetime import UTC, datetime

import pytest

from api_v1.versions import HEAD, OLDEST, TIMELINE
from core.accounts.models import User
from core.accounts.oauth.clients import pin_version
from core.jobsearch.models import Application
from tests.api_v1.jobhax.jobapp_calls import NEW, OK, add_jobapp, list_jobapps, outcome
from tests.clients import JobHaxClient
from tests.core.jobsearch.applications import store_many
from tests.job_seekers import PASSWORD
from tests.statements import statements

ROUTE = "jobapps/get_statuses"


@pytest.fixture
def pinned(api: JobHaxClient, joe: User) -> JobHaxClient:
    """A client without a version header, which is pinned to the head; Joe has logged in with it."""
    pin_version(api.client_id, HEAD)
    assert api.login("joesmith", PASSWORD).code == 0
    return api


def test_its_day(pinned: JobHaxClient) -> None:
    for number in range(60):
        added = pinned.post("jobapps/add_jobapp", **NEW, rejected=False).data
        assert added["companyLogo"] is None, number
    jobapps = list_jobapps(pinned)
    assert len(jobapps) == 60
    assert jobapps[0] == added
    assert outcome(pinned.post("jobapps/update_jobapp", jopapp_id=added["id"], status_id=3)) == OK
    token = f"Bearer {pinned.token}"
    assert outcome(pinned.post_as_client("users/logout", token=token)) == OK
    assert pinned.get(ROUTE).code == 1


@pytest.mark.parametrize("version", TIMELINE.names)
@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
def test_a_scheme_before_the_token_to_log_out_is_taken_off(
    joe_api: JobHaxClient, scheme: str, version: str
) -> None:
    joe_api.version = version
    assert joe_api.post_as_client("users/logout", token=f"{scheme}{joe_api.token}").code == 0
    assert joe_api.get(ROUTE).code == 1


@pytest.mark.parametrize(
    "odd", ["Bearer ", "Bearer", "Bearer x", "Basic {token}", "Bearer Bearer {token}"]
)
def test_what_is_no_token_behind_the_scheme_ends_nothing(joe_api: JobHaxClient, odd: str) -> None:
    reply = joe_api.post_as_client("users/logout", token=odd.format(token=joe_api.token))
    assert outcome(reply) == (400, 5, "Couldnt logout user...")
    assert joe_api.get(ROUTE).code == 0


@pytest.mark.parametrize("version", TIMELINE.names)
@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
@pytest.mark.parametrize("refreshes", [1, 3])
def test_the_first_token_ends_a_session_that_was_refreshed_since(
    joe_api: JobHaxClient, which: str, refreshes: int, version: str
) -> None:
    joe_api.version = version
    first = tokens = joe_api.login("joesmith", PASSWORD).data
    for _ in range(refreshes):
        tokens = joe_api.post_as_client(
            "users/refresh_token", refresh_token=tokens["refresh_token"]
        ).data
    other = joe_api.login("joesmith", PASSWORD).data
    assert joe_api.post_as_client("users/logout", token=first[which]).code == 0
    joe_api.token = tokens["access_token"]
    assert joe_api.get(ROUTE).code == 1
    refresh = tokens["refresh_token"]
    assert joe_api.post_as_client("users/refresh_token", refresh_token=refresh).code == 1
    joe_api.token = other["access_token"]
    assert joe_api.get(ROUTE).code == 0
    # The session has ended: there is nothing more to end.
    assert joe_api.post_as_client("users/logout", token=first[which]).code == 5


def test_a_log_out_takes_the_same_statements_whatever_the_number_of_refreshes(
    joe_api: JobHaxClient,
) -> None:
    def log_out(refreshes: int) -> int:
        first = tokens = joe_api.login("joesmith", PASSWORD).data
        for _ in range(refreshes):
            tokens = joe_api.post_as_client(
                "users/refresh_token", refresh_token=tokens["refresh_token"]
            ).data
        with statements() as sent:
            assert joe_api.post_as_client("users/logout", token=first["access_token"]).code == 0
        return len(sent)

    assert log_out(5) == log_out(1)


def test_the_head_gives_up_to_a_thousand_where_no_page_is_asked_for(
    head: JobHaxClient,
) -> None:
    store_many(User.objects.get(email="seeker@jobs.test"), 1001)
    first = head.get("jobapps/get_jobapps")
    assert len(first.data) == 1000
    last = head.get("jobapps/get_jobapps", cursor=str(first.next_cursor))
    assert (len(last.data), last.next_cursor) == (1, None)
    assert len({found["id"] for found in [*first.data, *last.data]}) == 1001
    assert len(list_jobapps(head, limit="50")) == 50
    assert len(list_jobapps(head, status_id="2")) == 201


def test_a_cursor_alone_names_a_page_of_fifty(head: JobHaxClient) -> None:
    store_many(User.objects.get(email="seeker@jobs.test"), 60)
    first = head.get("jobapps/get_jobapps", limit="1")
    assert len(list_jobapps(head, cursor=str(first.next_cursor))) == 50


CORRECTIONS: list[tuple[dict[str, object], dict[str, object]]] = [
    ({"job_title": "Cook"}, {"jobTitle": "Cook"}),
    ({"company": "Globex"}, {"company": "Globex"}),
    ({"application_date": "2020-02-29"}, {"applyDate": "2020-02-29T00:00:00Z"}),
    ({"application_date": "2020-02-29T10:00:00+02:00"}, {"applyDate": "2020-02-29T08:00:00Z"}),
    ({"source": "Indeed"}, {"source": "Indeed"}),
    ({"source": ""}, {"source": ""}),
    ({"job_title": None, "source": None, "rejected": True}, {"isRejected": True}),
]


@pytest.mark.parametrize(("sent", "shown"), CORRECTIONS)
def test_the_head_corrects_what_is_sent_and_nothing_else(
    head: JobHaxClient, sent: dict[str, object], shown: dict[str, object]
) -> None:
    before = add_jobapp(head)
    assert outcome(head.post("jobapps/update_jobapp", jobapp_id=before["id"], **sent)) == OK
    assert list_jobapps(head) == [{**before, **shown}]
    history = head.get("jobapps/get_status_history", jobapp_id=str(before["id"]))
    assert len(history.data) == 1


def test_a_date_is_in_the_users_time_zone(head: JobHaxClient) -> None:
    User.objects.update(time_zone="Pacific/Auckland")
    before = add_jobapp(head, application_date="2026-12-01")
    assert before["applyDate"] == "2026-11-30T11:00:00Z"
    assert (
        add_jobapp(head, application_date="2026-12-01T00:00:00Z")["applyDate"]
        == "2026-12-01T00:00:00Z"
    )
    head.post("jobapps/update_jobapp", jobapp_id=before["id"], application_date="2026-07-01")
    stored = Application.objects.get(id=before["id"])
    assert stored.apply_date == datetime(2026, 6, 30, 12, tzinfo=UTC)


def test_the_first_version_ignores_what_its_document_does_not_know(seeker: JobHaxClient) -> None:
    before = add_jobapp(seeker)
    correction = {"job_title": 5, "company": "Globex", "application_date": "soon", "source": "x"}
    reply = seeker.post("jobapps/update_jobapp", jobapp_id=before["id"], **correction)
    assert outcome(reply) == (400, 10, "Invalid parameters...")
    reply = seeker.post(
        "jobapps/update_jobapp", jobapp_id=before["id"], rejected=True, **correction
    )
    assert outcome(reply) == OK
    assert list_jobapps(seeker) == [{**before, "isRejected": True}]
    assert seeker.get(ROUTE).headers["x-happo-api-version"] == OLDEST
