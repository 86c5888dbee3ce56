"""Query parameters that a route doesn't have: refused by the head, ignored by the oldest version."""

import pytest

from api_v1.versions import HEAD, OLDEST
from tests.api_v1.golden.scripts import VERSIONED_APIS
from tests.recruiters import Recruiter


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_head_names_them(anna: Recruiter, method: str) -> None:
    body = {"title": "T"} if method == "POST" else None
    reply = anna.in_head.call(method, "/positions?Limit=5&updated_after=x&updated_after=y&", body)
    assert (reply.status, reply.body["code"]) == (400, "invalid")
    assert [(problem["field"], problem["code"]) for problem in reply.body["errors"]] == [
        ("Limit", "unknown_parameter"),
        ("updated_after", "unknown_parameter"),
    ]
    assert "Limit is not a query parameter of this request" in reply.message


def test_known_ones_pass(anna: Recruiter) -> None:
    query = "limit=5&status=open&updatedAfter=2018-01-01&includeDeleted=true&q=x&archived=true"
    assert anna.in_head.call("GET", f"/positions?{query}").status in (200, 400)
    assert "unknown_parameter" not in str(anna.in_head.call("GET", f"/positions?{query}").body)


def test_the_oldest_version_ignores_them(anna: Recruiter) -> None:
    assert anna.call("GET", "/positions?Limit=5&_=1").status == 200


def test_a_long_list_of_them_is_cut(anna: Recruiter) -> None:
    names = "&".join(f"{'n' * 500}{number}=1" for number in range(100))
    errors = anna.in_head.call("GET", f"/me?{names}").body["errors"]
    assert (len(errors), {len(error["field"]) for error in errors}) == (20, {100})


@pytest.mark.parametrize("api", VERSIONED_APIS)
def test_every_route_of_the_head_knows_its_parameters(api: str) -> None:
    for route in VERSIONED_APIS[api][HEAD].table.routes:
        assert route.query_names is not None, route.name
    for route in VERSIONED_APIS[api][OLDEST].table.routes:
        assert route.query_names is None, route.name
