"""Happo: "Positions", sentence by sentence, as v20180701."""

import re
from uuid import UUID

import pytest

from core.recruiting.models import Position
from tests.factories import PositionFactory
from tests.recruiters import Recruiter

SAMPLE = {
    "title": "Software Tester",
    "location": "Malmo",
    "targetDate": "2018-09-25",
    "type": "part-time",
    "noOfPositions": "2",
    "adPostingLink": "https://moster.com/positions/1234",
    "notes": "<div><b>Job Description</b></div><ul><li>Testing</li><li>Automation</li></ul>",
    "collaborators": [
        {"email": "dave@happo.com", "type": "admin"},
        {"email": "neo@test.se", "type": "supplier"},
    ],
}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_the_documents_sample_comes_back_in_the_samples_order_of_keys(anna: Recruiter) -> None:
    ids = anna.uploads(2)
    made = anna.post("/positions", {**SAMPLE, "attachmentIds": ids}).data
    assert list(made) == [
        "id", "title", "location", "notes", "type", "adPostingLink", "targetDate", "status",
        "noOfPositions", "attachmentIds", "collaborators", "createdBy", "createdAt", "updatedAt",
    ]  # fmt: skip
    assert made["targetDate"] == "2018-09-25T00:00:00.000Z"
    assert made["noOfPositions"] == 2
    assert made["status"] == "draft"
    assert made["attachmentIds"] == ids
    assert made["createdBy"] == anna.id
    assert made["createdAt"] == made["updatedAt"]
    assert DATE.fullmatch(made["createdAt"])
    for field in ("title", "location", "type", "adPostingLink", "notes"):
        assert made[field] == SAMPLE[field]
    assert UUID(made["id"])


def test_the_envelope_of_a_success(anna: Recruiter) -> None:
    answer = anna.get("/positions")
    assert answer.body == {"success": True, "statusCode": 200, "data": []}
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_unset_optional_fields_are_left_out(anna: Recruiter) -> None:
    made = anna.post("/positions", {"title": "Tester"}).data
    assert list(made) == ["id", "title", "status", "createdBy", "createdAt", "updatedAt"]


def test_null_at_creation_is_unset(anna: Recruiter) -> None:
    fields = (
        "location",
        "notes",
        "type",
        "adPostingLink",
        "targetDate",
        "noOfPositions",
        "collaborators",
        "attachmentIds",
    )
    made = anna.post("/positions", {"title": "Tester"} | dict.fromkeys(fields)).data
    assert list(made) == ["id", "title", "status", "createdBy", "createdAt", "updatedAt"]


def test_update_keeps_what_is_left_out(anna: Recruiter) -> None:
    ids = anna.uploads(1)
    made = anna.post("/positions", {**SAMPLE, "attachmentIds": ids}).data
    changed = anna.post(f"/positions/{made['id']}", {"title": "Software Engineer"}).data
    assert changed.pop("updatedAt") > made.pop("updatedAt")
    assert changed == {**made, "title": "Software Engineer"}
    assert anna.get(f"/positions/{made['id']}").data["title"] == "Software Engineer"


@pytest.mark.parametrize(
    "field",
    [
        "location",
        "notes",
        "type",
        "adPostingLink",
        "targetDate",
        "noOfPositions",
        "collaborators",
        "attachmentIds",
    ],
)
def test_null_deletes_an_optional_field(anna: Recruiter, field: str) -> None:
    made = anna.post("/positions", {**SAMPLE, "attachmentIds": anna.uploads(1)}).data
    assert field in made
    changed = anna.post(f"/positions/{made['id']}", {"title": "Tester", field: None}).data
    assert set(made) - set(changed) == {field}


@pytest.mark.parametrize("body", [{}, {"title": None}, {"title": " \t"}, {"title": ""}])
def test_title_is_required_also_on_update(
    anna: Recruiter, position: Position, body: dict[str, str]
) -> None:
    for path in ("/positions", f"/positions/{position.id}"):
        answer = anna.post(path, body)
        assert answer.status == 400
        assert answer.message.startswith("title ")


def test_status_and_unknown_fields_that_are_sent_are_ignored(anna: Recruiter) -> None:
    sent = {"title": "Tester", "status": "open", "id": "1", "createdBy": "2", "color": {"deep": []}}
    made = anna.post("/positions", sent).data
    assert made["status"] == "draft"
    assert made["createdBy"] == anna.id
    assert "color" not in made


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2018-09-25", "2018-09-25T00:00:00.000Z"),
        ("2018-08-28T18:30:00.000Z", "2018-08-28T18:30:00.000Z"),
        ("2018-08-28T18:30:00+02:00", "2018-08-28T16:30:00.000Z"),
        ("2018-08-28T18:30:00.123456Z", "2018-08-28T18:30:00.123Z"),
    ],
)
def test_a_date_or_a_date_time_goes_in_and_a_date_time_comes_out(
    anna: Recruiter, sent: str, shown: str
) -> None:
    assert anna.post("/positions", {"title": "T", "targetDate": sent}).data["targetDate"] == shown


@pytest.mark.parametrize(("sent", "shown"), [("2", 2), (7, 7), ("10000", 10000)])
def test_number_of_positions_may_be_a_numeric_string(
    anna: Recruiter, sent: object, shown: int
) -> None:
    assert (
        anna.post("/positions", {"title": "T", "noOfPositions": sent}).data["noOfPositions"]
        == shown
    )


def test_lists_positions_newest_first(anna: Recruiter) -> None:
    ids = [anna.post("/positions", {"title": f"T{at}"}).data["id"] for at in range(3)]
    assert [position["id"] for position in anna.get("/positions").data] == ids[::-1]


def test_positions_of_the_same_moment_are_ordered_by_id(anna: Recruiter) -> None:
    first = anna.position()
    others = [anna.position(created_at=first.created_at) for _ in range(3)]
    shown = [position["id"] for position in anna.get("/positions").data]
    assert shown == sorted((str(position.id) for position in [first, *others]), reverse=True)


def test_the_list_shows_the_same_objects_as_the_view(anna: Recruiter) -> None:
    made = anna.post("/positions", {**SAMPLE, "attachmentIds": anna.uploads(2)}).data
    assert anna.get("/positions").data == [made]
    assert anna.get(f"/positions/{made['id']}").data == made


def test_the_old_list_returns_all_whatever_is_asked(anna: Recruiter) -> None:
    PositionFactory.create_batch(60, created_by=anna.user)
    assert len(anna.get("/positions?limit=5&status=open&cursor=x").data) == 60


@pytest.mark.parametrize("id", ["01a1ffa2-b5cd-752a-8945-a92397d1f291", "no-uuid", "%00", "1"])
def test_an_unknown_id_is_not_found(anna: Recruiter, id: str) -> None:
    for answer in (anna.get(f"/positions/{id}"), anna.post(f"/positions/{id}", {"title": "T"})):
        assert answer.status == 404
        assert set(answer.body) == {"statusCode", "error", "message"}
        assert answer.body["error"] == "Not Found"


def test_texts_come_back_as_sent(anna: Recruiter) -> None:
    title = 'Quote " backslash \\ <b>no HTML</b> Ünïcode 日本語 🎉 / blank '
    notes = "R&D, 5 > 4 \u2028 next line\n\ttab"
    made = anna.post("/positions", {"title": title, "location": title, "notes": notes}).data
    assert (made["title"], made["location"], made["notes"]) == (title, title, notes)
    assert anna.get("/positions").data == [made]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_what_only_the_head_has_is_not_allowed(
    anna: Recruiter, position: Position, method: str
) -> None:
    assert anna.call(method, f"/positions/{position.id}", {}).status == 405
    assert anna.post(f"/positions/{position.id}/archive").status == 404
