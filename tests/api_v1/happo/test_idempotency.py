"""`Idempotency-Key` on every write of the Happo API: the same request again gets the stored answer."""

import pytest
from django.db import connection

from api_v1.versions import HEAD, OLDEST
from core.accounts.models import User
from core.recruiting.models import Attachment, Candidate, CandidateMove, Position
from tests.api_v1.golden.scripts import VERSIONED_APIS
from tests.clients import Reply
from tests.factories import CandidateFactory
from tests.recruiters import Recruiter, candidates_of, recruiter_for

BULK = {"candidates": [{"name": "M"}, {"name": "N"}]}
# A request for each route that writes, in an order in which all of them succeed.
WRITES: dict[str, object] = {
    "POST /positions": {"title": "T"},
    "POST /positions/{position_id}": {"title": "T"},
    "PATCH /positions/{position_id}": {"title": "T"},
    "POST /positions/{position_id}/archive": None,
    "POST /positions/{position_id}/restore": None,
    "POST /positions/{position_id}/candidates": {"name": "N"},
    "POST /positions/{position_id}/candidates/bulk": BULK,
    "POST /positions/{position_id}/candidates/{candidate_id}": {"name": "N"},
    "PATCH /positions/{position_id}/candidates/{candidate_id}": {"name": "N"},
    "POST /positions/{position_id}/candidates/{candidate_id}/stack": {"stack": "hired"},
    "POST /positions/{position_id}/candidates/{candidate_id}/reject": {"reason": "far away"},
    "POST /positions/{position_id}/candidates/{candidate_id}/unreject": None,
    "DELETE /positions/{position_id}/candidates/{candidate_id}": None,
    "DELETE /positions/{position_id}": None,
}
INVITEES = ("POST /positions/{position_id}/accept", "POST /positions/{position_id}/decline")
OWNERS: dict[str, object] = {"PUT /mail_domains": {"publicDomains": [], "companyDomains": []}}
UPLOAD = "POST /attachments"


def refused(answer: Reply) -> str:
    assert answer.status == 409
    assert not answer.is_replayed
    return answer.message


def rows() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (Position, Candidate, CandidateMove, Attachment)
    )


def test_every_write_is_done_once(anna: Recruiter, client: Recruiter, position: Position) -> None:
    tried = {UPLOAD}
    olga = recruiter_for(User.objects.get(is_superuser=True))
    path = {"position_id": position.id, "candidate_id": CandidateFactory(position=position).id}
    for someone, routes in ((client, dict.fromkeys(INVITEES)), (anna, WRITES), (olga, OWNERS)):
        for route, body in routes.items():
            method, _, template = route.partition(" ")
            first, again = (
                someone.in_head.call(method, template.format(**path), body, idempotency_key="once")
                for _ in range(2)
            )
            assert first.status == 200, (route, first.body)
            assert (first.is_replayed, again.is_replayed) == (False, True), route
            assert again.content == first.content, route
            tried.add(route)
    assert tried == {
        route.name for route in VERSIONED_APIS["happo"][HEAD].table.routes if route.write
    }


def test_nothing_happens_twice(anna: Recruiter, position: Position) -> None:
    path = candidates_of(position)
    for _ in range(3):
        anna.post("/positions", {"title": "T"}, idempotency_key="k")
        anna.post(path, {"name": "N"}, idempotency_key="k")
        anna.post(f"{path}/bulk", BULK, idempotency_key="k")
        anna.in_head.upload(b"%PDF", idempotency_key="once")
    one = f"{path}/{Candidate.objects.first().id}"  # type: ignore[union-attr]
    for _ in range(3):
        anna.in_head.post(f"{one}/reject", idempotency_key="k")
    assert rows() == (2, 3, 1, 1)


def test_a_different_request_under_the_same_key_is_a_conflict(
    anna: Recruiter, position: Position
) -> None:
    other = anna.position()
    for path, body, another in (
        ("/positions", {"title": "T"}, {"title": "U"}),
        (candidates_of(position), {"name": "N"}, {"name": "n"}),
        (f"{candidates_of(position)}/bulk", BULK, {"candidates": BULK["candidates"][:1]}),
    ):
        first = anna.post(path, body, idempotency_key="k")
        before = rows()
        assert refused(anna.post(path, another, idempotency_key="k"))
        assert rows() == before
        assert anna.post(path, body, idempotency_key="k").content == first.content
    # The route is the same, the position is another.
    assert refused(anna.post(candidates_of(other), {"name": "N"}, idempotency_key="k"))
    assert refused(anna.in_head.post("/positions", {"title": "T"}, idempotency_key="k"))
    assert anna.in_head.upload(b"%PDF", idempotency_key="once").status == 200
    assert refused(anna.in_head.upload(b"%PDF.", idempotency_key="once"))


def test_keys_are_each_credentials_own_and_each_routes(
    anna: Recruiter, admin: Recruiter, position: Position
) -> None:
    path = candidates_of(position)
    answers = [
        anna.post(path, {"name": "N"}, idempotency_key="k"),
        anna.post("/positions", {"title": "T"}, idempotency_key="k"),
        admin.post(path, {"name": "N"}, idempotency_key="k"),
        recruiter_for(anna.user).post(path, {"name": "N"}, idempotency_key="k"),
    ]
    assert [(answer.status, answer.is_replayed) for answer in answers] == [(200, False)] * 4
    assert len({answer.data["id"] for answer in answers}) == 4


def test_a_refusal_is_not_kept(anna: Recruiter, client: Recruiter, position: Position) -> None:
    path = candidates_of(position)
    assert anna.post(path, {"name": " "}, idempotency_key="k").status == 400
    assert client.post(path, {"name": "N"}, idempotency_key="k").status == 403
    assert anna.post(candidates_of(HEAD), {"name": "N"}, idempotency_key="k").status == 404
    answer = anna.post(path, {"name": "N"}, idempotency_key="k")
    assert (answer.status, answer.is_replayed) == (200, False)


def test_a_key_has_1_to_255_characters(anna: Recruiter) -> None:
    body = {"title": "T"}
    assert anna.post("/positions", body, idempotency_key="k" * 255).status == 200
    for key in ("", "k" * 256, "schlüssel", "a\tb"):
        answer = anna.in_head.post("/positions", body, idempotency_key=key)
        assert (answer.status, answer.body["errors"][0]["field"]) == (400, "Idempotency-Key")
    assert Position.objects.count() == 1


@pytest.mark.parametrize("version", [OLDEST, HEAD])
def test_a_replay_speaks_the_version_of_the_request(anna: Recruiter, version: str) -> None:
    someone = Recruiter(anna.user, anna.key, version)
    first, again = (
        someone.post("/positions", {"title": "T"}, idempotency_key="k") for _ in range(2)
    )
    assert again.content == first.content
    assert again.headers["x-happo-api-version"] == version


def test_an_answer_is_kept_for_a_day(anna: Recruiter) -> None:
    first = anna.post("/positions", {"title": "T"}, idempotency_key="k").data
    _age("23 hours 59 minutes")
    assert anna.post("/positions", {"title": "T"}, idempotency_key="k").data == first
    _age("2 minutes")
    assert anna.post("/positions", {"title": "T"}, idempotency_key="k").data["id"] != first["id"]


def test_reading_needs_no_key_and_ignores_one(anna: Recruiter, position: Position) -> None:
    for _ in range(2):
        answer = anna.call("GET", f"/positions/{position.id}", idempotency_key="k")
        assert (answer.status, answer.is_replayed) == (200, False)


def _age(interval: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE traffic_storedreply SET created_at = created_at - %s::interval", [interval]
        )


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (b'{"title":"T","notes":"N"}', b' {\n "notes" : "N", "title" : "T" }'),
        (b'{"title":"\xc3\xa9/"}', b'{"title":"\\u00e9\\/"}'),
        (b'{"title":"T","collaborators":[]}', b'{"collaborators":[ ],"title":"T"}'),
        (b'{"title":"T","x":5}', b'{"title":"T","x":5.0}'),
        (b'{"title":"T","x":[{"a":1,"b":2}]}', b'{"title":"T","x":[{"b":20e-1,"a":1}]}'),
    ],
)
def test_the_meaning_of_a_body_counts_and_not_its_bytes(
    anna: Recruiter, first: bytes, again: bytes
) -> None:
    answers = [
        anna.call("POST", "/positions", raw=body, idempotency_key="k") for body in (first, again)
    ]
    assert [(answer.status, answer.is_replayed) for answer in answers] == [
        (200, False),
        (200, True),
    ]


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ({"title": "T", "notes": "1"}, {"title": "T", "notes": None}),
        ({"title": "T", "x": 1}, {"title": "T", "x": True}),
        ({"title": "T", "x": "1"}, {"title": "T", "x": 1}),
        ({"title": "T", "x": [1, 2]}, {"title": "T", "x": [2, 1]}),
        ({"title": "T ", "x": 1.5}, {"title": "T", "x": 1.5}),
        ({"title": "T", "x": 2**53}, {"title": "T", "x": 2**53 + 1}),
    ],
)
def test_another_meaning_under_the_same_key_has_a_code_of_its_own(
    anna: Recruiter, first: object, again: object
) -> None:
    assert anna.in_head.post("/positions", first, idempotency_key="k").status == 200
    answer = anna.in_head.post("/positions", again, idempotency_key="k")
    assert (answer.status, answer.body["code"]) == (409, "idempotency_key_reused")


# What a collaborator loses, and the status that every write then has.
CANDIDATE_WRITES = {
    route: body
    for route, body in WRITES.items()
    if "/candidates" in route and not route.startswith("DELETE")
}
POSITION_WRITES = {
    route: body
    for route, body in WRITES.items()
    if "{position_id}" in route and "/candidates" not in route and not route.startswith("DELETE")
}


@pytest.mark.parametrize(
    ("writes", "type", "later", "status"),
    [
        (POSITION_WRITES, "admin", None, 404),
        (POSITION_WRITES, "admin", "supplier", 403),
        (CANDIDATE_WRITES, "supplier", None, 404),
        (CANDIDATE_WRITES, "supplier", "client", 403),
    ],
)
def test_a_stored_answer_is_given_only_to_whom_may_still_write(
    anna: Recruiter,
    admin: Recruiter,
    position: Position,
    writes: dict[str, object],
    type: str,
    later: str | None,
    status: int,
) -> None:
    def invite(type: str | None) -> None:
        people = [{"email": admin.user.email, "type": type}] if type else []
        anna.in_head.call("PATCH", f"/positions/{position.id}", {"collaborators": people})

    invite(type)
    mine = CandidateFactory(position=position, created_by_id=admin.user.uuid)
    path = {"position_id": position.id, "candidate_id": mine.id}

    def send(route: str) -> Reply:
        method, _, template = route.partition(" ")
        return admin.in_head.call(
            method, template.format(**path), writes[route], idempotency_key="k"
        )

    assert {route: send(route).status for route in writes} == dict.fromkeys(writes, 200)
    assert all(send(route).is_replayed for route in writes)
    invite(later)
    answers = {route: send(route) for route in writes}
    assert {route: answer.status for route, answer in answers.items()} == dict.fromkeys(
        writes, status
    )
    assert not any("data" in answer.body for answer in answers.values())


def test_an_object_that_is_gone_is_no_loss_of_rights(anna: Recruiter, position: Position) -> None:
    path = f"/positions/{position.id}"
    for replayed in (False, True):
        answer = anna.in_head.call("DELETE", path, idempotency_key="k")
        assert (answer.status, answer.is_replayed) == (200, replayed)
