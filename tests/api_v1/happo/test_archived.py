"""Archived positions: who may restore one can read all of it, and nothing in it changes until it is restored."""

import pytest

from core.recruiting.models import Position
from tests.api_v1.happo.test_visibility import ALL_ROUTES_OF_A_POSITION
from tests.factories import CandidateFactory
from tests.recruiters import Recruiter, candidates_of
from tests.statements import statements

READS = [route for route in ALL_ROUTES_OF_A_POSITION if route[0] == "GET"]
# Archiving again and restoring are no changes in it; it can be deleted as it is.
ALLOWED = ("/archive", "/restore")
WRITES = [
    (method, path, body)
    for method, path, body in ALL_ROUTES_OF_A_POSITION
    if method != "GET"
    and not path.endswith(ALLOWED)
    and (method, path) != ("DELETE", "/positions/{position}")
]
who_restores = pytest.mark.parametrize("who", ["anna", "admin"])
everybody_else = pytest.mark.parametrize("who", ["client", "supplier", "stranger"])
each_read = pytest.mark.parametrize(("method", "path", "body"), READS)
each_write = pytest.mark.parametrize(("method", "path", "body"), WRITES)


@pytest.fixture
def archived(position: Position) -> Position:
    Position.objects.filter(id=position.id).update(archived_at=position.created_at)
    return position


def path_in(position: Position, path: str) -> str:
    candidate = CandidateFactory(position=position)
    return path.format(position=position.id, candidate=candidate.id)


@who_restores
@each_read
def test_its_creator_and_admins_read_it_and_its_candidates(
    request: pytest.FixtureRequest,
    archived: Position,
    who: str,
    method: str,
    path: str,
    body: object,
) -> None:
    someone: Recruiter = request.getfixturevalue(who)
    at = path_in(archived, path)
    assert someone.in_head.call(method, at, body).status == 200
    older = someone.call(method, at, body)
    assert older.status == 404


@who_restores
@each_write
def test_a_write_says_that_it_is_archived_and_changes_nothing(
    request: pytest.FixtureRequest,
    archived: Position,
    who: str,
    method: str,
    path: str,
    body: object,
) -> None:
    someone: Recruiter = request.getfixturevalue(who)
    at = path_in(archived, path)
    before = someone.in_head.get(candidates_of(archived)).content
    reply = someone.in_head.call(method, at, body)
    assert (reply.status, reply.body["code"]) == (409, "position_archived")
    assert reply.message == "Position is archived: restore it first"
    assert someone.in_head.get(candidates_of(archived)).content == before


@who_restores
@each_write
def test_v20180701_knows_no_archived_position(
    request: pytest.FixtureRequest,
    archived: Position,
    who: str,
    method: str,
    path: str,
    body: object,
) -> None:
    someone: Recruiter = request.getfixturevalue(who)
    reply = someone.call(method, path_in(archived, path), body)
    if method == "POST" and not path.endswith(("stack", "reject")):
        assert reply.body == {
            "statusCode": 404,
            "error": "Not Found",
            "message": "Position not found",
        }


@everybody_else
@pytest.mark.parametrize(("method", "path", "body"), READS + WRITES)
def test_to_all_others_it_does_not_exist(
    request: pytest.FixtureRequest,
    archived: Position,
    who: str,
    method: str,
    path: str,
    body: object,
) -> None:
    someone: Recruiter = request.getfixturevalue(who)
    assert someone.in_head.call(method, path_in(archived, path), body).status == 404


def test_changes_of_its_candidates_can_be_followed(anna: Recruiter, archived: Position) -> None:
    candidate = CandidateFactory(position=archived)
    query = "?updatedAfter=2018-01-01T00:00:00Z&includeDeleted=true"
    shown = anna.in_head.get(f"{candidates_of(archived)}{query}").data
    assert [one["id"] for one in shown] == [str(candidate.id)]


def test_files_of_its_candidates_can_be_viewed(
    anna: Recruiter, admin: Recruiter, client: Recruiter, position: Position
) -> None:
    file = anna.upload().data["id"]
    new = {"name": "Adam", "attachmentIds": [file]}
    assert anna.post(candidates_of(position), new).status == 200
    assert client.in_head.get(f"/attachments/{file}").status == 200
    assert anna.in_head.post(f"/positions/{position.id}/archive").status == 200
    assert admin.in_head.get(f"/attachments/{file}").status == 200
    assert client.in_head.get(f"/attachments/{file}").status == 404
    assert admin.get(f"/attachments/{file}").status == 404


@pytest.mark.parametrize("answer", ["accept", "decline"])
@pytest.mark.parametrize(("kind", "status"), [("admin", 409), ("client", 404), ("supplier", 404)])
def test_an_invitation_to_it_cannot_be_answered(
    stranger: Recruiter, archived: Position, kind: str, status: int, answer: str
) -> None:
    stranger.joins(archived, as_=kind, status="awaiting_approval")
    assert stranger.in_head.post(f"/positions/{archived.id}/{answer}").status == status
    assert archived.collaborators.get(user=stranger.user.uuid).status == "awaiting_approval"


def test_reading_its_candidates_takes_one_statement(anna: Recruiter, archived: Position) -> None:
    candidate = CandidateFactory(position=archived)
    one = f"{candidates_of(archived)}/{candidate.id}"
    for path in (candidates_of(archived), one, f"{one}/history"):
        anna.in_head.get(path)
        with statements() as sent:
            assert anna.in_head.get(path).status == 200
        assert len(sent) == 1, path
