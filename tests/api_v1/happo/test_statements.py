"""Every route runs a fixed number of statements, whatever the number of rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.recruiting.models import Position
from tests.factories import CandidateFactory
from tests.recruiters import Recruiter, candidates_of

# Of others: the tenant and the key (both cached for a while), the rate limit, idempotency keys.
_OF_OTHERS = ("tenants_", "accounts_apikey", "traffic_")
_BRACKETS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements of a route, without the brackets of transactions."""
    statements: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield statements
    statements += [
        query["sql"]
        for query in queries
        if not query["sql"].startswith(_BRACKETS)
        and not any(word in query["sql"] for word in _OF_OTHERS)
    ]


def people(count: int) -> list[dict[str, str]]:
    """Return so many users who were never invited before."""
    return [{"email": f"u{at}-of-{count}@x.test", "type": "client"} for at in range(count)]


def whole_position(someone: Recruiter, children: int) -> dict[str, object]:
    return {
        "title": "T",
        "collaborators": people(children),
        "attachmentIds": someone.uploads(children),
    }


def whole_candidate(someone: Recruiter, children: int) -> dict[str, object]:
    return {"name": "N", "attachmentIds": someone.uploads(children)}


def fill(someone: Recruiter, position: Position, rows: int) -> None:
    for _ in range(rows):
        someone.post("/positions", whole_position(someone, 2))
        someone.post(candidates_of(position), whole_candidate(someone, 2))


@pytest.mark.parametrize(
    "path",
    [
        "/positions",
        "/positions/{position}",
        "/positions/{position}/candidates",
        "/positions/{position}/candidates/{candidate}",
    ],
)
@pytest.mark.parametrize("rows", [1, 12])
def test_a_list_or_a_view_is_one_statement(
    anna: Recruiter, position: Position, path: str, rows: int
) -> None:
    fill(anna, position, rows)
    path = path.format(position=position.id, candidate=CandidateFactory(position=position).id)
    for someone in (anna, anna.in_head):
        with counted() as statements:
            assert someone.get(path).status == 200
        assert len(statements) == 1


def test_filters_pages_and_history_are_one_statement(
    anna: Recruiter, supplier: Recruiter, position: Position
) -> None:
    candidate = CandidateFactory(position=position, created_by=supplier.user)
    for path in (
        "/positions?updatedAfter=2018-01-01&q=e&includeDeleted=true",
        (
            f"{candidates_of(position)}?updatedAfter=2018-01-01&q=e&phase=screening"
            "&includeDeleted=true"
        ),
        f"{candidates_of(position)}/{candidate.id}/history",
    ):
        with counted() as statements:
            assert supplier.in_head.get(path).status == 200
        assert len(statements) == 1


# Method, path, body with so many children, and at most how many statements.
Body = Callable[[Recruiter, int], object]
WRITES: dict[str, tuple[str, str, Body, int]] = {
    # Lock, time, row; users, placeholders, users; old and new collaborators; two for files; audit log; the answer.
    "create position": ("POST", "/positions", whole_position, 13),
    # The role as well.
    # The collaborators are also read, to find out whether they change.
    "update position": ("POST", "/positions/{position}", whole_position, 15),
    "patch position": ("PATCH", "/positions/{position}", whole_position, 15),
    # Lock, role, row, two for files, audit log, the answer.
    "create candidate": ("POST", "/positions/{position}/candidates", whole_candidate, 7),
    # The candidate's stack and rejection as well.
    "update candidate": (
        "POST",
        "/positions/{position}/candidates/{candidate}",
        whole_candidate,
        9,
    ),
    "patch candidate": (
        "PATCH",
        "/positions/{position}/candidates/{candidate}",
        whole_candidate,
        9,
    ),
}


@pytest.mark.parametrize(("method", "path", "body", "most"), WRITES.values(), ids=WRITES)
def test_a_write_takes_as_many_statements_for_many_children_as_for_one(
    anna: Recruiter, position: Position, method: str, path: str, body: Body, most: int
) -> None:
    taken = []
    for children in (1, 20):
        ids = {"position": anna.position().id, "candidate": CandidateFactory(position=position).id}
        if "candidate" in path:
            ids["position"] = position.id
        sent = body(anna, children)
        with counted() as statements:
            assert anna.in_head.call(method, path.format(**ids), sent).status == 200
        taken.append(len(statements))
    assert taken[0] == taken[1] <= most


def test_deleting_takes_as_many_statements_for_many_rows_as_for_one(anna: Recruiter) -> None:
    taken = []
    for rows in (1, 10):
        position = anna.position()
        fill(anna, position, rows)
        with counted() as statements:
            assert anna.in_head.delete(f"/positions/{position.id}").status == 200
        taken.append(len(statements))
    assert taken[0] == taken[1]


@pytest.mark.parametrize("count", [1, 50])
def test_a_bulk_is_at_most_eight_statements(
    anna: Recruiter, position: Position, count: int
) -> None:
    sent = [whole_candidate(anna, 2) for _ in range(count)]
    with counted() as statements:
        assert anna.post(f"{candidates_of(position)}/bulk", {"candidates": sent}).status == 200
    # One of them is the audit log's.
    assert len(statements) == 7
