"""An update that changes nothing leaves `updatedAt` alone: clients that sync have nothing to learn."""

from collections.abc import Callable
from typing import Any

import pytest

from core.recruiting.models import Position
from tests.recruiters import Recruiter, candidates_of

Update = Callable[[str, object], Any]  # Any: a reply's data


@pytest.fixture(params=["POST", "PATCH"])
def update(anna: Recruiter, request: pytest.FixtureRequest) -> Update:
    """Return what sends an update by either method and returns the object."""

    def send(path: str, body: object) -> Any:  # Any: a reply's data
        return anna.in_head.call(request.param, path, body).data

    return send


def test_a_position_with_the_same_values_keeps_its_time(anna: Recruiter, update: Update) -> None:
    uploads = anna.uploads(2)
    body = {
        "title": "T",
        "notes": "<h2>a</h2>b",
        "adPostingLink": "https://a.test",
        "collaborators": [
            {"email": "a@x.test", "type": "client"},
            {"email": "b@x.test", "type": "supplier"},
        ],
        "attachmentIds": uploads,
    }
    made = anna.in_head.post("/positions", body).data
    path = f"/positions/{made['id']}"
    assert update(path, body) == made
    assert update(path, {"title": "T"}) == made
    changes: tuple[dict[str, object], ...] = (
        {"title": "U"},
        {"notes": None},
        {"adPostingLink": "https://b.test"},
        {"collaborators": body["collaborators"][::-1]},  # type: ignore[index]
        {"collaborators": []},
        {"attachmentIds": uploads[::-1]},
        {"attachmentIds": []},
    )
    for change in changes:
        whole = {"title": "T"} | change
        before, made = made, update(path, whole)
        assert made["updatedAt"] > before["updatedAt"], change
        assert update(path, whole) == made, change


def test_a_candidate_with_the_same_values_keeps_its_time(
    anna: Recruiter, position: Position, update: Update
) -> None:
    uploads = anna.uploads(1)
    body = {"name": "N", "email": "n@x.test", "description": "d", "attachmentIds": uploads}
    made = anna.in_head.post(candidates_of(position), body).data
    path = f"{candidates_of(position)}/{made['id']}"
    assert update(path, body) == made
    assert update(path, {"name": "N", "stack": made["stack"]}) == made
    changes: tuple[dict[str, object], ...] = (
        {"name": "M"},
        {"email": None},
        {"stack": "hired"},
        {"attachmentIds": []},
    )
    for change in changes:
        whole = {"name": made["name"]} | change
        before, made = made, update(path, whole)
        assert made["updatedAt"] > before["updatedAt"], change
        assert update(path, whole) == made, change


def test_an_invitation_accepted_again_keeps_the_time(client: Recruiter, position: Position) -> None:
    first, again = (client.in_head.post(f"/positions/{position.id}/accept").data for _ in range(2))
    assert again == first
