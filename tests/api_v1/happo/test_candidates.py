"""Happo: "Candidates" and "Bulk Posting of Candidates", sentence by sentence, as v20180701."""

import pytest

from core.recruiting.models import Candidate, Position
from core.recruiting.vocabulary import PHASE_OF
from tests.factories import CandidateFactory
from tests.recruiters import Recruiter, candidates_of

SAMPLE = {
    "name": "Adam Smith",
    "phoneNumber": "1234567890",
    "compensation": "$3000 per month",
    "email": "adam.smith@test.com",
    "availableFromDate": "2018-08-28T18:30:00.000Z",
    "description": "<div><b>Skills</b></div><ul><li>Java</li><li>Javascript</li><li>HTML</li></ul>",
}


def test_the_documents_sample_comes_back_in_the_samples_order_of_keys(
    anna: Recruiter, position: Position
) -> None:
    ids = anna.uploads(2)
    made = anna.post(candidates_of(position), {**SAMPLE, "attachmentIds": ids}).data
    assert list(made) == [
        "id", "name", "phoneNumber", "compensation", "email", "description", "attachmentIds",
        "availableFromDate", "stack", "phase", "positionId", "createdBy", "createdAt", "updatedAt",
    ]  # fmt: skip
    assert {name: made[name] for name in SAMPLE} == SAMPLE
    assert made["attachmentIds"] == ids
    assert (made["stack"], made["phase"]) == ("longlist", "screening")
    assert (made["positionId"], made["createdBy"]) == (str(position.id), anna.id)
    assert made["createdAt"] == made["updatedAt"]


def test_unset_optional_fields_are_left_out(anna: Recruiter, position: Position) -> None:
    made = anna.post(
        candidates_of(position), {"name": "Adam", "email": None, "attachmentIds": []}
    ).data
    always = ["id", "name", "stack", "phase", "positionId", "createdBy", "createdAt", "updatedAt"]
    assert list(made) == always


def test_update_keeps_what_is_left_out(anna: Recruiter, position: Position) -> None:
    made = anna.post(candidates_of(position), {**SAMPLE, "attachmentIds": anna.uploads(1)}).data
    changed = anna.post(f"{candidates_of(position)}/{made['id']}", {"name": "Riya"}).data
    assert changed.pop("updatedAt") > made.pop("updatedAt")
    assert changed == {**made, "name": "Riya"}


@pytest.mark.parametrize("field", [*sorted(set(SAMPLE) - {"name"}), "attachmentIds"])
def test_null_deletes_an_optional_field(anna: Recruiter, position: Position, field: str) -> None:
    made = anna.post(candidates_of(position), {**SAMPLE, "attachmentIds": anna.uploads(1)}).data
    changed = anna.post(
        f"{candidates_of(position)}/{made['id']}", {"name": "Adam Smith", field: None}
    ).data
    assert set(made) - set(changed) == {field}


@pytest.mark.parametrize("body", [{}, {"name": None}, {"name": "  "}])
def test_name_is_required_also_on_update(
    anna: Recruiter, position: Position, body: dict[str, str]
) -> None:
    one = f"{candidates_of(position)}/{CandidateFactory(position=position).id}"
    for path in (candidates_of(position), one):
        answer = anna.post(path, body)
        assert answer.status == 400
        assert answer.message.startswith("name ")


@pytest.mark.parametrize("stack", PHASE_OF)
def test_phase_follows_from_stack_and_is_a_string(
    anna: Recruiter, position: Position, stack: str
) -> None:
    candidate = CandidateFactory(position=position, stack=stack)
    shown = anna.get(f"{candidates_of(position)}/{candidate.id}").data
    assert (shown["stack"], shown["phase"]) == (stack, PHASE_OF[stack])


def test_stack_and_reason_are_ignored_when_sent(anna: Recruiter, position: Position) -> None:
    sent = {"name": "Adam", "stack": "hired", "phase": "hired", "reason": 7}
    made = anna.post(candidates_of(position), sent).data
    one = f"{candidates_of(position)}/{made['id']}"
    bulk = anna.post(f"{candidates_of(position)}/bulk", {"candidates": [sent]}).data[0]
    for candidate in (
        made,
        bulk,
        anna.post(one, sent).data,
        anna.post(one, {**sent, "stack": None}).data,
    ):
        assert candidate["stack"] == "longlist"


def test_lists_candidates_of_this_position_newest_first(
    anna: Recruiter, position: Position
) -> None:
    CandidateFactory(position=anna.position())
    ids = [anna.post(candidates_of(position), {"name": f"N{at}"}).data["id"] for at in range(3)]
    assert [candidate["id"] for candidate in anna.get(candidates_of(position)).data] == ids[::-1]


def test_the_list_shows_the_same_objects_as_the_view(anna: Recruiter, position: Position) -> None:
    made = anna.post(candidates_of(position), {**SAMPLE, "attachmentIds": anna.uploads(2)}).data
    assert anna.get(candidates_of(position)).data == [made]
    assert anna.get(f"{candidates_of(position)}/{made['id']}").data == made


def test_no_candidates_are_an_empty_list(anna: Recruiter, position: Position) -> None:
    assert anna.get(candidates_of(position)).body == {
        "success": True,
        "statusCode": 200,
        "data": [],
    }


def test_a_rejection_is_not_shown(anna: Recruiter, position: Position) -> None:
    candidate = CandidateFactory(
        position=position, rejected_at=position.created_at, rejection_reason="no"
    )
    one = f"{candidates_of(position)}/{candidate.id}"
    for shown in (
        anna.get(one).data,
        anna.get(candidates_of(position)).data[0],
        anna.post(one, {"name": "N"}).data,
    ):
        assert not {"rejectedAt", "rejectionReason"} & set(shown)


def test_a_candidate_is_found_only_under_its_own_position(
    anna: Recruiter, position: Position
) -> None:
    candidate = CandidateFactory(position=position)
    elsewhere = f"{candidates_of(anna.position())}/{candidate.id}"
    assert anna.get(elsewhere).status == 404
    assert anna.post(elsewhere, {"name": "N"}).status == 404


@pytest.mark.parametrize("id", ["01a1ffa2-b5cd-752a-8945-a92397d1f291", "no-uuid"])
def test_an_unknown_id_is_not_found(anna: Recruiter, position: Position, id: str) -> None:
    assert anna.get(f"{candidates_of(position)}/{id}").status == 404
    assert anna.post(f"{candidates_of(position)}/{id}", {"name": "N"}).status == 404
    assert anna.get(candidates_of(id)).status == 404
    assert anna.post(candidates_of(id), {"name": "N"}).status == 404
    assert anna.post(f"{candidates_of(id)}/bulk", {"candidates": [{"name": "N"}]}).status == 404


def test_bulk_answers_in_the_order_sent(anna: Recruiter, position: Position) -> None:
    names = [f"Candidate {at}" for at in range(50)]
    made = anna.post(
        f"{candidates_of(position)}/bulk", {"candidates": [{"name": name} for name in names]}
    ).data
    assert [candidate["name"] for candidate in made] == names
    assert anna.get(candidates_of(position)).data == made[::-1]


def test_bulk_links_the_attachments_of_each(anna: Recruiter, position: Position) -> None:
    files = [anna.uploads(2), [], anna.uploads(1)]
    sent = [{**SAMPLE, "attachmentIds": ids} for ids in files]
    made = anna.post(f"{candidates_of(position)}/bulk", {"candidates": sent}).data
    assert [candidate.get("attachmentIds", []) for candidate in made] == files


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "candidates is required"),
        ({"candidates": None}, "candidates must not be null"),
        ({"candidates": []}, "candidates must have at least 1 items"),
        ({"candidates": [{"name": "N"}] * 51}, "candidates must have at most 50 items"),
        ({"candidates": {"name": "N"}}, "candidates must be a list"),
        ({"candidates": [{"name": "N"}, 5]}, "candidates[1] must be an object"),
        ({"candidates": [{"name": "N"}, {}]}, "candidates[1].name is required"),
        (
            {"candidates": [{"name": "N"}] * 3 + [{"name": "N", "email": "x"}]},
            "candidates[3].email must be a valid email",
        ),
    ],
)
def test_bulk_takes_one_to_fifty_and_names_what_is_wrong(
    anna: Recruiter, position: Position, body: dict[str, object], message: str
) -> None:
    answer = anna.post(f"{candidates_of(position)}/bulk", body)
    assert (answer.status, answer.message) == (400, message)
    assert not Candidate.objects.exists()


def test_bulk_is_all_or_nothing(anna: Recruiter, position: Position) -> None:
    [hers] = anna.uploads(1)
    missing = "01a1ffa2-b5cd-752a-8945-a92397d1f291"
    sent = [{"name": "A", "attachmentIds": [hers]}, {"name": "B", "attachmentIds": [missing]}]
    answer = anna.post(f"{candidates_of(position)}/bulk", {"candidates": sent})
    assert answer.status == 400
    assert answer.message.startswith("candidates[1].attachmentIds[0] ")
    assert missing in answer.message
    assert anna.get(candidates_of(position)).data == []
