"""JobHax: "Job application related API endpoints", as a client sees them."""

import re
from typing import Any

import pytest

from core.jobsearch.models import Application, ApplicationDetail, Note, StatusChange
from tests.jobhax.calls import JobHax, Reply
from tests.jobsearch.conftest import statements

HEAD = "v20261201"
NEW = {
    "job_title": "job_title",
    "status_id": "1",
    "company": "company_test",
    "application_date": "2019-01-31",
    "source": "Vettery",
}
OK = (200, 0, "")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")


@pytest.fixture
def head(seeker: JobHax) -> JobHax:
    """The seeker, in the newest version."""
    seeker.version = HEAD
    return seeker


def outcome(reply: Reply) -> tuple[int, int, str]:
    return reply.status, reply.code, reply.message


def added(api: JobHax, **said: object) -> Any:  # Any: JSON
    """Add an application and return it as it is listed."""
    assert outcome(api.post("jobapps/add_jobapp", **{**NEW, **said})) == OK
    newest = max(application.id for application in Application.objects.all())
    return next(found for found in listed(api) if found["id"] == newest)


def listed(api: JobHax, **query: str) -> Any:  # Any: JSON
    reply = api.get("jobapps/get_jobapps", **query)
    assert outcome(reply) == OK
    return reply.data


def noted(api: JobHax, jobapp_id: int, text: str = "test note") -> Any:  # Any: JSON
    reply = api.post("jobapps/add_jobapp_note", jobapp_id=jobapp_id, description=text)
    assert outcome(reply) == OK
    return reply.data


def test_the_samples_application_is_added_and_listed(seeker: JobHax) -> None:
    reply = seeker.post("jobapps/add_jobapp", **NEW)
    assert reply.text == '{"success":true,"error_code":0,"error_message":"","data":null}'
    (found,) = listed(seeker)
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


def test_the_head_answers_with_what_was_added(head: JobHax) -> None:
    reply = head.post("jobapps/add_jobapp", **NEW)
    assert outcome(reply) == OK
    assert [reply.data] == listed(head)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2019-01-31", "2019-01-31T00:00:00Z"),
        ("2019-01-31T10:20:30Z", "2019-01-31T10:20:30Z"),
        ("2019-01-31T10:20:30.5+02:00", "2019-01-31T08:20:30.500000Z"),
        ("2019-01-31 10:20:30.202351", "2019-01-31T10:20:30.202351Z"),
    ],
)
def test_a_date_or_a_date_time_is_read(seeker: JobHax, sent: str, shown: str) -> None:
    assert added(seeker, application_date=sent)["applyDate"] == shown


@pytest.mark.parametrize("source", [None, ""])
def test_a_source_may_be_left_out(seeker: JobHax, source: str | None) -> None:
    assert added(seeker, source=source)["source"] == ""
    assert seeker.post("jobapps/add_jobapp", **{k: v for k, v in NEW.items() if k != "source"}).code == 0


def test_fields_that_nobody_knows_are_ignored(seeker: JobHax) -> None:
    assert added(seeker, id=1, user=99, nonsense=[{}], isRejected=True)["isRejected"] is False


def test_a_list_can_be_narrowed_to_a_status_in_both_versions(seeker: JobHax) -> None:
    offer = added(seeker, status_id=5)
    added(seeker)
    assert listed(seeker, status_id="5") == [offer]
    seeker.version = HEAD
    assert listed(seeker, status_id="5") == [offer]


def test_the_head_lists_pages(head: JobHax) -> None:
    titles = ["Newest", "Middle", "Oldest"]
    for day, title in enumerate(reversed(titles), start=1):
        added(head, job_title=title, application_date=f"2019-01-0{day}")
    first = head.get("jobapps/get_jobapps", limit="2")
    assert [found["jobTitle"] for found in first.data] == titles[:2]
    last = head.get("jobapps/get_jobapps", limit="2", cursor=str(first.next_cursor))
    assert [found["jobTitle"] for found in last.data] == titles[2:]
    assert '"nextCursor":null' in last.text


def test_the_head_filters_by_source_and_words(head: JobHax) -> None:
    added(head, source="LinkedIn", job_title="Android Developer")
    added(head, source="Indeed", company="Android Inc.")
    assert len(listed(head, q="android")) == 2
    assert [found["source"] for found in listed(head, q="android", source="Indeed")] == ["Indeed"]


def test_the_first_version_returns_all_and_knows_no_pages(seeker: JobHax) -> None:
    for _ in range(3):
        seeker.post("jobapps/add_jobapp", **NEW)
    reply = seeker.get("jobapps/get_jobapps", limit="1", q="nothing", source="nothing")
    assert len(reply.data) == 3
    assert "nextCursor" not in reply.text


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "201"}, {"limit": "x"}, {"cursor": "made up"}])
def test_a_page_that_cannot_be_is_refused(head: JobHax, query: dict[str, str]) -> None:
    reply = head.get("jobapps/get_jobapps", **query)
    assert (reply.status, reply.code) == (400, 10)
    assert reply.message.startswith(next(iter(query)))


def test_statuses_are_the_documented_ones(seeker: JobHax) -> None:
    reply = seeker.get("jobapps/get_statuses")
    assert outcome(reply) == OK
    assert reply.data[0] == {"id": 1, "value": "Applied"}
    assert [status["value"] for status in reply.data[1:]] == [
        *("To Apply", "Phone Screen", "Onsite Interview", "Offer")
    ]


def test_history_has_a_row_for_each_change(seeker: JobHax) -> None:
    jobapp_id = added(seeker)["id"]
    for status_id in ("5", 5, "1"):
        assert seeker.post("jobapps/update_jobapp", jobapp_id=jobapp_id, status_id=status_id).data is None
    reply = seeker.get("jobapps/get_status_history", jobapp_id=str(jobapp_id))
    assert [change["applicationStatus"]["value"] for change in reply.data] == ["Applied", "Offer", "Applied"]
    assert all(MOMENT.fullmatch(change["update_date"]) for change in reply.data)


def test_the_samples_update_moves_and_rejects(seeker: JobHax) -> None:
    jobapp_id = added(seeker, status_id=2)["id"]
    reply = seeker.post("jobapps/update_jobapp", jobapp_id=str(jobapp_id), status_id="1", rejected=True)
    assert reply.text == '{"success":true,"error_code":0,"error_message":"","data":null}'
    (found,) = listed(seeker)
    assert (found["applicationStatus"]["id"], found["isRejected"]) == (1, True)


def test_a_deleted_application_is_gone_from_everywhere(seeker: JobHax) -> None:
    jobapp_id = added(seeker)["id"]
    assert outcome(seeker.post("jobapps/delete_jobapp", jobapp_id=str(jobapp_id))) == OK
    assert listed(seeker) == []
    assert seeker.get("metrics/get_total_application_count").data == {"count": 0}
    assert seeker.get("jobapps/get_jobapp_detail", jobapp_id=str(jobapp_id)).code == 11
    assert seeker.post("jobapps/delete_jobapp", jobapp_id=jobapp_id).code == 11


def test_details_are_what_the_board_gave(seeker: JobHax) -> None:
    jobapp_id = added(seeker)["id"]
    nothing = {"posterInformation": {}, "decoratedJobPosting": {}, "topCardV2": {}}
    assert seeker.get("jobapps/get_jobapp_detail", jobapp_id=str(jobapp_id)).data == nothing
    ApplicationDetail.objects.create(application_id=jobapp_id, poster_information={"name": "Ann"})
    found = seeker.get("jobapps/get_jobapp_detail", jobapp_id=str(jobapp_id)).data
    assert found == {**nothing, "posterInformation": {"name": "Ann"}}


def test_notes_as_in_the_samples(seeker: JobHax) -> None:
    jobapp_id = added(seeker)["id"]
    note = noted(seeker, jobapp_id)
    assert list(note) == ["id", "description", "created_date", "update_date"]
    assert (note["description"], note["update_date"]) == ("test note", None)
    assert MOMENT.fullmatch(note["created_date"])
    other = noted(seeker, jobapp_id, "test note 2")
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


# How each route is called, with the id of an application and of a note that it is about.
READING = ("get_status_history", "get_jobapp_detail", "get_jobapp_notes")
WRITING: dict[str, dict[str, object]] = {
    "update_jobapp": {"status_id": 5},
    "delete_jobapp": {},
    "add_jobapp_note": {"description": "mine"},
}
ON_NOTES: dict[str, dict[str, object]] = {
    "update_jobapp_note": {"description": "mine"},
    "delete_jobapp_note": {},
}


@pytest.mark.parametrize("route", READING)
@pytest.mark.parametrize("name", ["jobapp_id", "jopapp_id"])
def test_both_spellings_of_the_id_are_read_in_a_query(seeker: JobHax, route: str, name: str) -> None:
    assert seeker.get(f"jobapps/{route}", **{name: str(added(seeker)["id"])}).code == 0


@pytest.mark.parametrize("route", WRITING)
@pytest.mark.parametrize("name", ["jobapp_id", "jopapp_id"])
@pytest.mark.parametrize("kind", [int, str])
def test_both_spellings_of_the_id_are_read_in_a_body(
    seeker: JobHax, route: str, name: str, kind: type
) -> None:
    sent = {name: kind(added(seeker)["id"]), **WRITING[route]}
    assert seeker.post(f"jobapps/{route}", **sent).code == 0


def call(api: JobHax, route: str, *, id: object) -> Reply:
    """Call a route that is about one application or note."""
    if route in READING:
        return api.get(f"jobapps/{route}", **({} if id is None else {"jobapp_id": str(id)}))
    name = "jobapp_note_id" if route in ON_NOTES else "jobapp_id"
    return api.post(f"jobapps/{route}", **{name: id, **WRITING.get(route, {}), **ON_NOTES.get(route, {})})


about_one = pytest.mark.parametrize("route", [*READING, *WRITING, *ON_NOTES])


@about_one
def test_what_belongs_to_another_user_is_not_found(seeker: JobHax, stranger: JobHax, route: str) -> None:
    jobapp_id = added(seeker)["id"]
    note = noted(seeker, jobapp_id)
    hers = note["id"] if route in ON_NOTES else jobapp_id
    reply = call(stranger, route, id=hers)
    assert outcome(reply) == (404, 11, "Record not found...")
    assert reply.text == call(stranger, route, id=10**9).text
    assert [found["id"] for found in listed(seeker)] == [jobapp_id]
    assert seeker.get("jobapps/get_jobapp_notes", jobapp_id=str(jobapp_id)).data == [note]
    assert StatusChange.objects.count() == 1
    assert listed(stranger) == []


@about_one
@pytest.mark.parametrize("unknown", [0, -1, "-1", 2**31, 2**63, "9" * 30, "9" * 5000, "0000001000000"])
def test_an_id_that_nothing_has_is_not_found(seeker: JobHax, route: str, unknown: object) -> None:
    assert outcome(call(seeker, route, id=unknown)) == (404, 11, "Record not found...")


@about_one
@pytest.mark.parametrize("bad", ["abc", "", " 1", "1.5", "0x10", "1e3", "٣"])
def test_an_id_that_is_no_number_is_refused(seeker: JobHax, route: str, bad: str) -> None:
    assert outcome(call(seeker, route, id=bad)) == (400, 10, "Invalid parameters...")


@pytest.mark.parametrize("route", [*WRITING, *ON_NOTES])
@pytest.mark.parametrize("bad", [1.5, True, False, [1], {"id": 1}, None])
def test_an_id_of_another_kind_is_refused(seeker: JobHax, route: str, bad: object) -> None:
    assert outcome(call(seeker, route, id=bad)) == (400, 10, "Invalid parameters...")


@about_one
def test_an_id_is_required_and_the_head_says_so(head: JobHax, route: str) -> None:
    reply = head.get(f"jobapps/{route}") if route in READING else head.post(f"jobapps/{route}")
    name = "jobapp_note_id" if route in ON_NOTES else "jobapp_id"
    assert outcome(reply) == (400, 10, f"{name} is required")


@about_one
def test_what_is_gone_is_not_found(seeker: JobHax, route: str) -> None:
    jobapp_id = added(seeker)["id"]
    note_id = noted(seeker, jobapp_id)["id"]
    seeker.post("jobapps/delete_jobapp", jobapp_id=jobapp_id)
    assert call(seeker, route, id=note_id if route in ON_NOTES else jobapp_id).code == 11


@pytest.mark.parametrize("name", ["job_title", "company", "application_date", "status_id"])
def test_a_new_application_says_all_that_is_needed(head: JobHax, name: str) -> None:
    without = {key: value for key, value in NEW.items() if key != name}
    assert outcome(head.post("jobapps/add_jobapp", **without)) == (400, 10, f"{name} is required")
    assert outcome(head.post("jobapps/add_jobapp", **without, **{name: None})) == (
        400,
        10,
        f"{name} must not be null",
    )
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        *(("job_title", bad) for bad in ("", " ", "x" * 301, "a\0b", 5, ["x"])),
        *(("company", bad) for bad in ("", "\n", "x" * 201, "a\0b", 5, True)),
        *(("source", bad) for bad in ("x" * 101, "a\0b", 5)),
        *(("status_id", bad) for bad in ("", "Applied", 1.5, True, [1])),
        *(
            ("application_date", bad)
            for bad in ("", "tomorrow", "31/01/2019", "2019-02-30", "0001-01-01", "9999-12-31", "1899-12-31")
        ),
        *(("application_date", bad) for bad in (1548892800, True, ["2019-01-31"], "2019-01-31T25:00:00Z")),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_nothing_is_stored(
    head: JobHax, name: str, bad: object
) -> None:
    reply = head.post("jobapps/add_jobapp", **{**NEW, name: bad})
    assert (reply.status, reply.code) == (400, 10)
    assert reply.message.startswith(name)
    assert not Application.objects.exists()


def test_the_longest_values_are_kept_as_sent(seeker: JobHax) -> None:
    found = added(seeker, job_title="🤖" * 300, company=" " + "c" * 199, source="s" * 100)
    assert (found["jobTitle"], found["company"], found["source"]) == ("🤖" * 300, " " + "c" * 199, "s" * 100)


@pytest.mark.parametrize("unknown", [6, "99", 0, -1, "9" * 30])
def test_an_unknown_status_is_not_found_wherever_it_is_said(seeker: JobHax, unknown: object) -> None:
    jobapp_id = added(seeker)["id"]
    replies = [
        seeker.post("jobapps/add_jobapp", **{**NEW, "status_id": unknown}),
        seeker.post("jobapps/update_jobapp", jobapp_id=jobapp_id, status_id=unknown, rejected=True),
        seeker.get("jobapps/get_jobapps", status_id=str(unknown)),
    ]
    assert {outcome(reply) for reply in replies} == {(404, 11, "Record not found...")}
    (found,) = listed(seeker)
    assert (found["applicationStatus"]["id"], found["isRejected"]) == (1, False)


@pytest.mark.parametrize("said", [{}, {"status_id": None}, {"rejected": None, "status_id": None}])
def test_an_update_says_at_least_one_thing(head: JobHax, said: dict[str, None]) -> None:
    reply = head.post("jobapps/update_jobapp", jobapp_id=added(head)["id"], **said)
    assert outcome(reply) == (400, 10, "The body needs at least one of [status_id, rejected]")


@pytest.mark.parametrize("bad", ["true", 1, 0, "", [True]])
def test_rejected_is_true_or_false(head: JobHax, bad: object) -> None:
    reply = head.post("jobapps/update_jobapp", jobapp_id=added(head)["id"], rejected=bad)
    assert outcome(reply) == (400, 10, "rejected must be true or false")


@pytest.mark.parametrize("bad", ["", " ", "x" * 10_241, "é" * 5_121, "a\0b", 5, None])
def test_a_note_that_cannot_be_is_refused_and_nothing_is_stored(seeker: JobHax, bad: object) -> None:
    jobapp_id = added(seeker)["id"]
    reply = seeker.post("jobapps/add_jobapp_note", jobapp_id=jobapp_id, description=bad)
    assert outcome(reply) == (400, 10, "Invalid parameters...")
    assert not Note.objects.exists()
    note = noted(seeker, jobapp_id)
    reply = seeker.post("jobapps/update_jobapp_note", jobapp_note_id=note["id"], description=bad)
    assert outcome(reply) == (400, 10, "Invalid parameters...")
    assert seeker.get("jobapps/get_jobapp_notes", jobapp_id=str(jobapp_id)).data == [note]


@pytest.mark.parametrize("text", ["x" * 10_240, "é" * 5_120, "<script>\n</script>"])
def test_a_note_of_ten_kilobytes_is_kept_as_sent(seeker: JobHax, text: str) -> None:
    assert noted(seeker, added(seeker)["id"], text)["description"] == text


ROUTES = [
    *(f"GET {route}" for route in ("get_jobapps", "get_statuses", *READING)),
    *(f"POST {route}" for route in ("add_jobapp", *WRITING, *ON_NOTES)),
]
every_route = pytest.mark.parametrize("route", ROUTES)


def send(api: JobHax, route: str) -> Reply:
    method, _, path = route.partition(" ")
    return api.get(f"jobapps/{path}") if method == "GET" else api.post(f"jobapps/{path}")


@every_route
@pytest.mark.parametrize("token", [None, "nonsense", "hpa_acme_x"])
def test_no_route_answers_without_a_token(api: JobHax, route: str, token: str | None) -> None:
    api.token = token
    assert outcome(send(api, route)) == (401, 1, "Invalid credentials")


@every_route
def test_another_method_is_refused_in_the_envelope(seeker: JobHax, route: str) -> None:
    method, _, path = route.partition(" ")
    other = "GET" if method == "POST" else "POST"
    assert outcome(send(seeker, f"{other} {path}")) == (405, 10, "Invalid parameters...")


@pytest.mark.parametrize("route", ["get_jobapps", "get_statuses", *READING])
def test_reading_takes_the_same_statements_whatever_the_number_of_rows(seeker: JobHax, route: str) -> None:
    jobapp_id = added(seeker)["id"]
    call(seeker, route, id=jobapp_id)
    with statements() as few:
        call(seeker, route, id=jobapp_id)
    for _ in range(5):
        noted(seeker, added(seeker)["id"])
        noted(seeker, jobapp_id)
    with statements() as many:
        call(seeker, route, id=jobapp_id)
    assert len(many) == len(few)


@pytest.mark.parametrize("path", ["jobapps/nothing", "jobapps", "jobapps/get_jobapps/"])
def test_an_unknown_path_is_not_found(seeker: JobHax, path: str) -> None:
    assert outcome(seeker.get(path)) == (404, 11, "Record not found...")
