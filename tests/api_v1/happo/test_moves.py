"""The head: stacks, rejections, their reasons and their history; status of positions; PATCH."""

import pytest

from core.recruiting.models import CandidateMove, Position
from tests.factories import CandidateFactory, CandidateMoveFactory
from tests.recruiters import Recruiter, candidates_of


@pytest.fixture
def one(position: Position) -> str:
    """The path of a candidate on the longlist."""
    return f"{candidates_of(position)}/{CandidateFactory(position=position).id}"


def test_a_stack_can_be_set_with_a_reason(anna: Recruiter, one: str) -> None:
    moved = anna.in_head.post(f"{one}/stack", {"stack": "interviewing", "reason": "good call"}).data
    assert (moved["stack"], moved["phase"]) == ("interviewing", "evaluation")
    [move] = anna.in_head.get(f"{one}/history").data
    assert move == {
        "actor": anna.id,
        "from": "longlist",
        "to": "interviewing",
        "time": moved["updatedAt"],
        "reason": "good call",
    }


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_stack_can_be_set_with_an_update(anna: Recruiter, one: str, method: str) -> None:
    sent = {"name": "Riya", "stack": "hired", "reason": "the best"}
    assert anna.in_head.call(method, one, sent).data["phase"] == "hired"
    [move] = anna.in_head.get(f"{one}/history").data
    assert (move["from"], move["to"], move["reason"]) == ("longlist", "hired", "the best")


def test_a_stack_can_be_set_at_creation(anna: Recruiter, position: Position) -> None:
    made = anna.in_head.post(candidates_of(position), {"name": "N", "stack": "application"}).data
    bulk = anna.in_head.post(
        f"{candidates_of(position)}/bulk",
        {"candidates": [{"name": "N", "stack": "draft"}, {"name": "M"}]},
    ).data
    assert [candidate["stack"] for candidate in (made, *bulk)] == [
        "application",
        "draft",
        "longlist",
    ]


def test_the_same_stack_again_is_no_move(anna: Recruiter, one: str) -> None:
    anna.in_head.post(f"{one}/stack", {"stack": "longlist"})
    anna.in_head.patch(one, {"stack": "longlist", "reason": "x"})
    assert anna.in_head.get(f"{one}/history").data == []


def test_a_rejected_candidate_keeps_its_stack_and_can_come_back(anna: Recruiter, one: str) -> None:
    rejected = anna.in_head.post(f"{one}/reject", {"reason": "too far away"}).data
    assert rejected["stack"] == "longlist"
    assert rejected["rejectedAt"] == rejected["updatedAt"]
    assert rejected["rejectionReason"] == "too far away"
    assert anna.in_head.get(one).data == rejected
    back = anna.in_head.post(f"{one}/unreject", {"reason": "moved here"}).data
    assert not {"rejectedAt", "rejectionReason"} & set(back)
    moves = anna.in_head.get(f"{one}/history").data
    assert [(move["from"], move["to"], move["reason"]) for move in moves] == [
        ("rejected", "longlist", "moved here"),
        ("longlist", "rejected", "too far away"),
    ]


def test_a_reason_may_be_left_out(anna: Recruiter, one: str) -> None:
    assert "rejectionReason" not in anna.in_head.post(f"{one}/reject").data
    assert "reason" not in anna.in_head.get(f"{one}/history").data[0]


def test_what_makes_no_sense_is_a_conflict(anna: Recruiter, one: str) -> None:
    assert anna.in_head.post(f"{one}/unreject").message == "Candidate is not rejected"
    anna.in_head.post(f"{one}/reject")
    for answer in (
        anna.in_head.post(f"{one}/reject"),
        anna.in_head.post(f"{one}/stack", {"stack": "hired"}),
        anna.in_head.patch(one, {"stack": "hired", "name": "X"}),
    ):
        assert (answer.status, answer.body["code"]) == (409, "conflict")
        assert answer.message.startswith("Candidate is rejected")
    assert anna.in_head.get(one).data["name"] != "X"
    assert anna.in_head.patch(one, {"name": "Y"}).status == 200


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "stack is required"),
        ({"stack": None}, "stack must not be null"),
        ({"stack": "rejected"}, "stack must be one of [draft, application, longlist, "),
        ({"stack": "hired", "reason": "x" * 1001}, "reason must be at most 1000 characters"),
    ],
)
def test_a_move_needs_a_known_stack(
    anna: Recruiter, one: str, body: dict[str, object], message: str
) -> None:
    answer = anna.in_head.post(f"{one}/stack", body)
    assert answer.status == 400
    assert answer.message.startswith(message)


def test_history_comes_in_pages_latest_first(anna: Recruiter, one: str) -> None:
    for stack in ("interviewing", "shortlist", "hired"):
        anna.in_head.post(f"{one}/stack", {"stack": stack})
    first = anna.in_head.get(f"{one}/history?limit=2")
    assert [move["to"] for move in first.data] == ["hired", "shortlist"]
    rest = anna.in_head.get(f"{one}/history?limit=2&cursor={first.body['nextCursor']}")
    assert [move["to"] for move in rest.data] == ["interviewing"]
    assert "nextCursor" not in rest.body


def test_history_is_the_candidates_own(anna: Recruiter, one: str) -> None:
    CandidateMoveFactory()
    assert CandidateMove.objects.count() == 1
    assert anna.in_head.get(f"{one}/history").data == []


@pytest.mark.parametrize("status", ["draft", "open", "closed"])
def test_the_status_of_a_position_can_be_set(
    anna: Recruiter, position: Position, status: str
) -> None:
    assert (
        anna.in_head.post("/positions", {"title": "T", "status": status}).data["status"] == status
    )
    assert (
        anna.in_head.post(f"/positions/{position.id}", {"title": "T", "status": status}).data[
            "status"
        ]
        == status
    )
    assert (
        anna.in_head.patch(f"/positions/{position.id}", {"status": status}).data["status"] == status
    )


@pytest.mark.parametrize("status", [None, "archived", 1])
def test_a_status_is_one_of_three(anna: Recruiter, status: object) -> None:
    answer = anna.in_head.post("/positions", {"title": "T", "status": status})
    assert answer.status == 400
    assert answer.body["errors"][0]["field"] == "status"


def test_patch_changes_only_what_is_sent(anna: Recruiter, position: Position, one: str) -> None:
    before = anna.in_head.get(f"/positions/{position.id}").data
    after = anna.in_head.patch(f"/positions/{position.id}", {"location": "Lund"}).data
    assert {name for name in after if after[name] != before.get(name)} == {"location", "updatedAt"}
    assert anna.in_head.patch(f"/positions/{position.id}", {}).data["location"] == "Lund"
    assert anna.in_head.patch(one, {"email": "riya@test.com"}).data["email"] == "riya@test.com"
    assert "email" not in anna.in_head.patch(one, {"email": None}).data


@pytest.mark.parametrize("value", [None, "", "  "])
def test_patch_can_not_take_title_or_name_away(
    anna: Recruiter, position: Position, one: str, value: object
) -> None:
    assert anna.in_head.patch(f"/positions/{position.id}", {"title": value}).status == 400
    assert anna.in_head.patch(one, {"name": value}).status == 400
