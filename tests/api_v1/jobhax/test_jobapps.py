"""JobHax: "Job application related API endpoints", as a client sees them."""

import re
from dataclasses import replace

import pytest

from api_v1.versions import HEAD
from core.jobsearch.models import Application, ApplicationDetail
from tests.api_v1.jobhax.jobapp_calls import NEW, OK, add_jobapp, add_note, list_jobapps, outcome
from tests.clients import JobHaxClient

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")


def test_the_samples_application_is_added_and_listed(seeker: JobHaxClient) -> None:
    reply = seeker.post("jobapps/add_jobapp", **NEW)
    assert reply.content == b'{"success":true,"error_code":0,"error_message":"","data":null}'
    (found,) = list_jobapps(seeker)
    application = Application.objects.get()
    assert found == {
        "id": application.id,
        "applicationStatus": {"id": 1, "value": "Applied"},
        "jobTitle": "job_title",
        "company": "company_test",
        "companyLogo": None,
        "applyDate": "2019-01-31T00:00:00Z",
        "msgId": "",
        "source": "Vettery",
        "user": application.user_id,
        "isRejected": False,
    }


def test_the_head_answers_with_what_was_added(head: JobHaxClient) -> None:
    reply = head.post("jobapps/add_jobapp", **NEW)
    assert outcome(reply) == OK
    assert [reply.data] == list_jobapps(head)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2019-01-31", "2019-01-31T00:00:00Z"),
        ("2019-01-31T10:20:30Z", "2019-01-31T10:20:30Z"),
        ("2019-01-31T10:20:30.5+02:00", "2019-01-31T08:20:30.500000Z"),
        ("2019-01-31 10:20:30.202351", "2019-01-31T10:20:30.202351Z"),
    ],
)
def test_a_date_or_a_date_time_is_read(seeker: JobHaxClient, sent: str, shown: str) -> None:
    assert add_jobapp(seeker, application_date=sent)["applyDate"] == shown


@pytest.mark.parametrize("source", [None, ""])
def test_a_source_may_be_left_out(seeker: JobHaxClient, source: str | None) -> None:
    assert add_jobapp(seeker, source=source)["source"] == ""
    assert (
        seeker.post("jobapps/add_jobapp", **{k: v for k, v in NEW.items() if k != "source"}).code
        == 0
    )


def test_unknown_fields_are_ignored(seeker: JobHaxClient) -> None:
    assert add_jobapp(seeker, id=1, user=99, nonsense=[{}], isRejected=True)["isRejected"] is False


def test_a_list_can_be_narrowed_to_a_status_in_both_versions(seeker: JobHaxClient) -> None:
    offer = add_jobapp(seeker, status_id=5)
    add_jobapp(seeker)
    assert list_jobapps(seeker, status_id="5") == [offer]
    seeker.version = HEAD
    assert list_jobapps(seeker, status_id="5") == [offer]


def test_the_head_lists_pages(head: JobHaxClient) -> None:
    titles = ["Newest", "Middle", "Oldest"]
    for day, title in enumerate(reversed(titles), start=1):
        add_jobapp(head, job_title=title, application_date=f"2019-01-0{day}")
    first = head.get("jobapps/get_jobapps", limit="2")
    assert [found["jobTitle"] for found in first.data] == titles[:2]
    last = head.get("jobapps/get_jobapps", limit="2", cursor=str(first.next_cursor))
    assert [found["jobTitle"] for found in last.data] == titles[2:]
    assert b'"nextCursor":null' in last.content


def test_the_head_filters_by_source_and_words(head: JobHaxClient) -> None:
    add_jobapp(head, source="LinkedIn", job_title="Android Developer")
    add_jobapp(head, source="Indeed", company="Android Inc.")
    assert len(list_jobapps(head, q="android")) == 2
    assert [found["source"] for found in list_jobapps(head, q="android", source="Indeed")] == [
        "Indeed"
    ]


@pytest.mark.parametrize("typed", ["zo\u00eb", "ZOE\u0308", "zoe\u0308 STRASSE"])
def test_words_are_found_however_they_were_typed(head: JobHaxClient, typed: str) -> None:
    add_jobapp(head, company="Zoe\u0308 Stra\u00dfe")
    add_jobapp(head, company="Zoe Strasse")
    assert [found["company"] for found in list_jobapps(head, q=typed)] == ["Zoe\u0308 Stra\u00dfe"]


def test_the_first_version_returns_all_without_pages(seeker: JobHaxClient) -> None:
    for _ in range(3):
        seeker.post("jobapps/add_jobapp", **NEW)
    reply = seeker.get("jobapps/get_jobapps", limit="1", q="nothing", source="nothing")
    assert len(reply.data) == 3
    assert b"nextCursor" not in reply.content


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "201"}, {"limit": "x"}, {"cursor": "made up"}]
)
def test_a_page_that_cannot_be_is_refused(head: JobHaxClient, query: dict[str, str]) -> None:
    reply = head.get("jobapps/get_jobapps", **query)
    assert (reply.status, reply.code) == (400, 10)
    assert reply.message.startswith(next(iter(query)))


def test_statuses_are_the_documented_ones(seeker: JobHaxClient) -> None:
    reply = seeker.get("jobapps/get_statuses")
    assert outcome(reply) == OK
    assert reply.data[0] == {"id": 1, "value": "Applied"}
    assert [status["value"] for status in reply.data[1:]] == [
        *("To Apply", "Phone Screen", "Onsite Interview", "Offer")
    ]


def test_history_has_a_row_for_each_change(seeker: JobHaxClient) -> None:
    jobapp_id = add_jobapp(seeker)["id"]
    for status_id in ("5", 5, "1"):
        assert (
            seeker.post("jobapps/update_jobapp", jobapp_id=jobapp_id, status_id=status_id).data
            is None
        )
    reply = seeker.get("jobapps/get_status_history", jobapp_id=str(jobapp_id))
    assert [change["applicationStatus"]["value"] for change in reply.data] == [
        "Applied",
        "Offer",
        "Applied",
    ]
    assert all(MOMENT.fullmatch(change["update_date"]) for change in reply.data)


def test_the_samples_update_moves_and_rejects(seeker: JobHaxClient) -> None:
    jobapp_id = add_jobapp(seeker, status_id=2)["id"]
    reply = seeker.post(
        "jobapps/update_jobapp", jobapp_id=str(jobapp_id), status_id="1", rejected=True
    )
    assert reply.content == b'{"success":true,"error_code":0,"error_message":"","data":null}'
    (found,) = list_jobapps(seeker)
    assert (found["applicationStatus"]["id"], found["isRejected"]) == (1, True)


def test_a_deleted_application_is_gone_from_everywhere(seeker: JobHaxClient) -> None:
    jobapp_id = add_jobapp(seeker)["id"]
    assert outcome(seeker.post("jobapps/delete_jobapp", jobapp_id=str(jobapp_id))) == OK
    assert list_jobapps(seeker) == []
    assert seeker.get("metrics/get_total_application_count").data == {"count": 0}
    assert seeker.get("jobapps/get_jobapp_detail", jobapp_id=str(jobapp_id)).code == 11
    assert seeker.post("jobapps/delete_jobapp", jobapp_id=jobapp_id).code == 11


def test_details_are_what_the_board_gave(seeker: JobHaxClient) -> None:
    jobapp_id = add_jobapp(seeker)["id"]
    nothing = {"posterInformation": {}, "decoratedJobPosting": {}, "topCardV2": {}}
    assert seeker.get("jobapps/get_jobapp_detail", jobapp_id=str(jobapp_id)).data == nothing
    ApplicationDetail.objects.create(application_id=jobapp_id, poster_information={"name": "Ann"})
    found = seeker.get("jobapps/get_jobapp_detail", jobapp_id=str(jobapp_id)).data
    assert found == {**nothing, "posterInformation": {"name": "Ann"}}


def test_notes_as_in_the_samples(seeker: JobHaxClient) -> None:
    jobapp_id = add_jobapp(seeker)["id"]
    note = add_note(seeker, jobapp_id)
    assert list(note) == ["id", "description", "created_date", "update_date"]
    assert (note["description"], note["update_date"]) == ("test note", None)
    assert MOMENT.fullmatch(note["created_date"])
    other = add_note(seeker, jobapp_id, "test note 2")
    update = seeker.post(
        "jobapps/update_jobapp_note", jobapp_note_id=note["id"], description="test note update"
    )
    assert (outcome(update), update.data) == (OK, None)
    first, second = seeker.get("jobapps/get_jobapp_notes", jobapp_id=str(jobapp_id)).data
    assert second == other
    assert MOMENT.fullmatch(first.pop("update_date"))
    assert first == {
        "id": note["id"],
        "description": "test note update",
        "created_date": note["created_date"],
    }
    deleted = seeker.post("jobapps/delete_jobapp_note", jobapp_note_id=note["id"])
    assert (outcome(deleted), deleted.data) == (OK, None)
    assert seeker.get("jobapps/get_jobapp_notes", jobapp_id=str(jobapp_id)).data == [other]


def test_a_cursor_belongs_to_its_user(seeker: JobHaxClient, stranger: JobHaxClient) -> None:
    for someone in (seeker, stranger):
        for _ in range(2):
            someone.post("jobapps/add_jobapp", **NEW)
    hers, his = (replace(someone, version=HEAD) for someone in (seeker, stranger))
    cursor = str(hers.get("jobapps/get_jobapps", limit="1").next_cursor)
    refused = his.get("jobapps/get_jobapps", limit="1", cursor=cursor)
    assert (refused.status, refused.code) == (400, 10)
    assert len(hers.get("jobapps/get_jobapps", limit="1", cursor=cursor).data) == 1
