"""Lists of the head: pages by cursor, filters, and what a client gets that requests changes."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from core.recruiting.models import Candidate, Position
from tests.clients import Json, Reply
from tests.factories import CandidateFactory, PositionFactory
from tests.recruiters import Recruiter, candidates_of


def ask(someone: Recruiter, path: str, **query: object) -> Reply:
    return someone.in_head.get(f"{path}?{urlencode(query)}")


def walk(someone: Recruiter, path: str, **query: object) -> list[list[Json]]:
    """Return every page of a list."""
    pages, cursor = [], {}
    while True:
        answer = ask(someone, path, **query, **cursor)
        pages.append(answer.data)
        if "nextCursor" not in answer.body:
            return pages
        cursor = {"cursor": answer.body["nextCursor"]}


def ids(things: list[Json]) -> list[str]:
    return [thing["id"] for thing in things]


def ids_of(pages: list[list[Json]]) -> list[str]:
    return [thing["id"] for page in pages for thing in page]


def test_fifty_at_once_unless_asked_otherwise(anna: Recruiter, position: Position) -> None:
    CandidateFactory.create_batch(51, position=position)
    assert [len(page) for page in walk(anna, candidates_of(position))] == [50, 1]
    assert [len(page) for page in walk(anna, candidates_of(position), limit=200)] == [51]
    assert [len(page) for page in walk(anna, candidates_of(position), limit=17)] == [17, 17, 17]


def test_positions_come_in_pages_too(anna: Recruiter, stranger: Recruiter) -> None:
    """Own and shared ones in one order."""
    mixed = [(anna if at % 2 else stranger).position() for at in range(6)]
    for position in mixed[::2]:
        anna.joins(position, as_="client")
    pages = walk(anna, "/positions", limit=4)
    assert [len(page) for page in pages] == [4, 2]
    assert ids_of(pages) == [str(position.id) for position in reversed(mixed)]


def test_pages_stay_right_while_rows_come_and_go(anna: Recruiter, position: Position) -> None:
    made = [str(CandidateFactory(position=position).id) for _ in range(6)]
    first = ask(anna, candidates_of(position), limit=2)
    assert ids(first.data) == [made[5], made[4]]
    CandidateFactory.create_batch(3, position=position)
    Candidate.objects.filter(id__in=[made[4], made[3]]).delete()
    second = ask(anna, candidates_of(position), limit=2, cursor=first.body["nextCursor"])
    assert ids(second.data) == [made[2], made[1]]


def test_candidates_of_the_same_moment_are_all_shown(anna: Recruiter, position: Position) -> None:
    now = timezone.now()
    made = CandidateFactory.create_batch(7, position=position, created_at=now, updated_at=now)
    for order in ({}, {"updatedAfter": "2000-01-01"}):
        pages = walk(anna, candidates_of(position), limit=2, **order)
        assert sorted(ids_of(pages)) == sorted(str(one.id) for one in made)


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", ""])
def test_limit_is_1_to_200(anna: Recruiter, position: Position, limit: str) -> None:
    for path in ("/positions", candidates_of(position)):
        answer = ask(anna, path, limit=limit)
        assert answer.status == 400
        assert answer.message.startswith("limit must be ")


def test_a_cursor_is_signed_and_belongs_to_its_list(anna: Recruiter, position: Position) -> None:
    CandidateFactory.create_batch(2, position=position)
    PositionFactory(created_by=anna.user)
    cursor = ask(anna, candidates_of(position), limit=1).body["nextCursor"]
    other = candidates_of(anna.position())
    for path, forged in (
        (candidates_of(position), cursor[:-1] + ("A" if cursor[-1] != "A" else "B")),
        (candidates_of(position), "AAAA" + cursor[4:]),
        (candidates_of(position), "x"),
        (candidates_of(position), "ö"),
        (candidates_of(position), cursor.partition(".")[0]),
        (candidates_of(position), ""),
        (other, cursor),
        ("/positions", cursor),
        (f"{candidates_of(position)}?updatedAfter=2018-01-01&", cursor),
    ):
        query = urlencode({"cursor": forged})
        answer = anna.in_head.get(path + query if "?" in path else f"{path}?{query}")
        assert answer.status == 400, (path, forged)
        assert answer.message.startswith("cursor must ")


def test_a_cursor_of_another_users_positions_is_refused(
    anna: Recruiter, stranger: Recruiter
) -> None:
    for someone in (anna, stranger):
        someone.position()
        someone.position()
    hers = ask(anna, "/positions", limit=1).body["nextCursor"]
    assert ask(stranger, "/positions", cursor=hers).status == 400
    assert ask(anna, "/positions", cursor=hers).status == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "open"}, "A"),
        ({"type": "part-time"}, "B"),
        ({"q": "TESTER"}, "AB"),
        ({"q": "malmö"}, "B"),
        ({"q": "MALMÖ", "type": "full-time"}, ""),
        ({"q": "100%"}, "C"),
        ({"q": "%"}, "C"),
        ({"q": "_"}, ""),
        ({"q": "\\"}, ""),
        ({"q": "'"}, ""),
        ({"q": ""}, "ABC"),
    ],
)
def test_positions_are_filtered(anna: Recruiter, query: dict[str, str], found: str) -> None:
    made = {
        "A": anna.position(title="Software Tester", status="open"),
        "B": anna.position(title="tester", location="Malmö", type="part-time"),
        "C": anna.position(title="100% remote"),
    }
    shown = ids(ask(anna, "/positions", **query).data)
    assert shown == [str(made[name].id) for name in reversed(found)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"stack": "hired"}, "C"),
        ({"phase": "screening"}, "AB"),
        ({"phase": "decision"}, ""),
        ({"email": "RIYA@test.com"}, "B"),
        ({"email": "riya"}, ""),
        ({"q": "riya"}, "AB"),
        ({"q": "test.com"}, "B"),
        ({"q": "riya", "stack": "interesting"}, "B"),
        ({"rejected": "true"}, "A"),
        ({"rejected": "false"}, "BC"),
    ],
)
def test_candidates_are_filtered(
    anna: Recruiter, position: Position, query: dict[str, str], found: str
) -> None:
    made = {
        "A": CandidateFactory(position=position, name="Riya", rejected_at=timezone.now()),
        "B": CandidateFactory(
            position=position, name="B", email="Riya@Test.com", stack="interesting"
        ),
        "C": CandidateFactory(position=position, name="C", stack="hired"),
    }
    shown = ids(ask(anna, candidates_of(position), **query).data)
    assert shown == [str(made[name].id) for name in reversed(found)]


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Zo\u00eb", "zoe\u0308"),
        ("Zoe\u0308", "ZO\u00cb"),
        ("Zoe\u0308", "zo\u00eb"),
        ("ZOE\u0308", "Zo\u00eb"),
        ("Stra\u00dfe", "STRASSE"),
        ("STRASSE", "stra\u00dfe"),
        ("STRA\u1e9eE", "strasse"),
        (
            "\u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03cd\u03c2",
            "\u03bf\u03b4\u03c5\u03c3\u03c3\u03b5\u03cd\u03c3",
        ),
    ],
)
def test_a_search_finds_text_however_it_was_typed(
    anna: Recruiter, position: Position, stored: str, typed: str
) -> None:
    candidate = CandidateFactory(position=position, name=f"Dr. {stored} M.")
    CandidateFactory(position=position, name="Zo Strae")
    wanted = anna.position(title=f"for {stored}")
    assert ids(ask(anna, candidates_of(position), q=typed).data) == [str(candidate.id)]
    assert ids(ask(anna, "/positions", q=typed).data) == [str(wanted.id)]


@pytest.mark.parametrize(
    "typed",
    ["Anna@B\u00fccher.example", "anna@xn--bcher-kva.example", "ANNA@bu\u0308cher.example"],
)
def test_candidates_are_found_by_each_spelling_of_an_address(
    anna: Recruiter, position: Position, typed: str
) -> None:
    emails = ("anna@B\u00fccher.example", "Anna@xn--bcher-kva.example", "anna@other.example")
    made = [CandidateFactory(position=position, email=email) for email in emails]
    shown = ids(ask(anna, candidates_of(position), email=typed).data)
    assert shown == [str(made[1].id), str(made[0].id)]


@pytest.mark.parametrize(
    ("path", "query", "message"),
    [
        ("/positions", {"status": "gone"}, "status must be one of [draft, open, closed]"),
        ("/positions", {"type": "x"}, "type must be one of [full-time, part-time]"),
        ("/positions", {"updatedAfter": "yesterday"}, "updatedAfter must be a valid date"),
        ("/positions", {"q": "x" * 201}, "q must be at most 200 characters"),
        ("/positions", {"includeDeleted": "maybe"}, "includeDeleted must be true or false"),
        ("candidates", {"stack": "x"}, "stack must be one of [draft, application, "),
        ("candidates", {"phase": "x"}, "phase must be one of [application, "),
        ("candidates", {"email": "x" * 255}, "email must be at most 254 characters"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(
    anna: Recruiter, position: Position, path: str, query: dict[str, str], message: str
) -> None:
    path = candidates_of(position) if path == "candidates" else path
    answer = ask(anna, path, **query)
    assert answer.status == 400
    assert answer.message.startswith(message)


def test_updated_after_the_last_change_there_is_nothing(
    anna: Recruiter, position: Position
) -> None:
    made = [anna.post(candidates_of(position), {"name": "N"}).data for _ in range(3)]
    assert ids(ask(anna, candidates_of(position), updatedAfter=made[0]["updatedAt"]).data) == ids(
        made[1:]
    )
    assert ask(anna, candidates_of(position), updatedAfter=made[-1]["updatedAt"]).data == []
    positions = [anna.post("/positions", {"title": "T"}).data for _ in range(3)]
    assert ids(ask(anna, "/positions", updatedAfter=positions[0]["updatedAt"]).data) == ids(
        positions[1:]
    )
    assert ask(anna, "/positions", updatedAfter=positions[-1]["updatedAt"]).data == []


def test_every_change_has_a_distinct_millisecond(anna: Recruiter, position: Position) -> None:
    """Even where the last change is ahead of the clock."""
    ahead = timezone.now() + timedelta(minutes=1)
    CandidateFactory(position=position, updated_at=ahead)
    Position.objects.update(updated_at=ahead)
    many = anna.post(f"{candidates_of(position)}/bulk", {"candidates": [{"name": "N"}] * 50}).data
    stamps = [one["updatedAt"] for one in many]
    stamps.append(anna.post(candidates_of(position), {"name": "N"}).data["updatedAt"])
    assert len(set(stamps)) == 51
    assert sorted(stamps) == stamps
    one = anna.post("/positions", {"title": "T"}).data["updatedAt"]
    two = anna.post(f"/positions/{position.id}", {"title": "T"}).data["updatedAt"]
    assert f"{ahead:%Y-%m-%dT%H:%M:%S}" < one < two


def test_what_changes_while_a_client_reads_comes_again(anna: Recruiter, position: Position) -> None:
    made = [anna.post(candidates_of(position), {"name": f"N{at}"}).data for at in range(4)]
    first = ask(anna, candidates_of(position), updatedAfter="2018-01-01", limit=2)
    assert ids(first.data) == ids(made[:2])
    anna.post(f"{candidates_of(position)}/{made[0]['id']}", {"name": "again"})
    rest = ask(
        anna,
        candidates_of(position),
        updatedAfter="2018-01-01",
        limit=50,
        cursor=first.body["nextCursor"],
    )
    assert [one["name"] for one in rest.data] == ["N2", "N3", "again"]


def test_a_client_that_syncs_ends_up_with_what_is_there(
    anna: Recruiter, position: Position
) -> None:
    """A mirror that knows only what `updatedAfter` and `includeDeleted` tell it."""
    path, mirror, since = candidates_of(position), {}, "2018-01-01"
    made = [anna.post(path, {"name": f"N{at}"}).data["id"] for at in range(5)]
    for step in range(4):
        for page in walk(anna, path, updatedAfter=since, includeDeleted="true", limit=2):
            for one in page:
                since = max(since, one.get("updatedAt", one.get("deletedAt")))
                mirror.pop(one["id"], None)
                if "deletedAt" not in one:
                    mirror[one["id"]] = one
        there = anna.in_head.get(path).data
        assert mirror == {one["id"]: one for one in there}
        anna.in_head.delete(f"{path}/{made[step]}")
        anna.in_head.post(f"{path}/{made[4]}/reject" if step % 2 else f"{path}/{made[4]}/unreject")
        anna.post(path, {"name": "new"})


def test_tombstones_have_an_id_and_a_time_and_pass_every_filter(
    anna: Recruiter, position: Position
) -> None:
    made = anna.post(candidates_of(position), {"name": "N"}).data
    gone = anna.in_head.delete(f"{candidates_of(position)}/{made['id']}").data
    assert list(gone) == ["id", "deletedAt"]
    assert ask(anna, candidates_of(position)).data == []
    assert ask(anna, candidates_of(position), includeDeleted="true", q="x", stack="hired").data == [
        gone
    ]


def test_who_can_not_see_archived_positions_sees_a_tombstone(
    anna: Recruiter, admin: Recruiter, client: Recruiter, position: Position
) -> None:
    archived = anna.in_head.post(f"/positions/{position.id}/archive").data
    everything = {"updatedAfter": "2018-01-01", "includeDeleted": "true"}
    assert ask(client, "/positions", **everything).data == [
        {"id": str(position.id), "deletedAt": archived["archivedAt"]}
    ]
    assert ask(admin, "/positions", **everything).data == [archived]
    assert ask(admin, "/positions", updatedAfter="2018-01-01").data == []
    anna.in_head.post(f"/positions/{position.id}/restore")
    for someone in (admin, client):
        [again] = ask(someone, "/positions", **everything).data
        assert again["title"] == position.title
        assert again["updatedAt"] > archived["updatedAt"]


def test_tombstones_of_positions_reach_those_who_saw_them(
    anna: Recruiter, client: Recruiter, stranger: Recruiter, position: Position
) -> None:
    gone = anna.in_head.delete(f"/positions/{position.id}").data
    for someone, expected in ((anna, [gone]), (client, [gone]), (stranger, [])):
        assert ask(someone, "/positions", includeDeleted="true").data == expected
        assert ask(someone, "/positions").data == []
        assert someone.get("/positions").data == []
