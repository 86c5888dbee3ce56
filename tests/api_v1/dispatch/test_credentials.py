"""Who may come in, and what a credential may do."""

from collections.abc import Callable
from datetime import timedelta

import orjson
import pytest
from django.http.response import HttpResponseBase

from api_v1.request_context import RequestContext
from core.accounts.values import Caller
from core.errors import RateLimited
from tests.api_v1.fake_apis import House

BODY = {"data": b'{"title": "x"}', "content_type": "application/json"}


@pytest.mark.parametrize(
    ("key", "status", "message"),
    [
        (None, 401, "Authorization header is required: Bearer and your secret key"),
        ("wrong", 401, "The credential is not valid"),
        ("suspended", 403, "This account is suspended"),
    ],
)
def test_who_is_not_let_in_is_told_so_in_the_envelope(
    house: House, key: str | None, status: int, message: str
) -> None:
    answer = house.call("GET", "/v1/things", key=key)
    assert answer.status_code == status
    assert orjson.loads(answer.content)["message"] == message
    assert ("WWW-Authenticate" in answer) == (status == 401)
    answer = house.call("GET", "/api/things", key=key)
    assert (answer.status_code, orjson.loads(answer.content)["error_code"]) == (status, 1)


def test_a_reader_reads_but_does_not_write(house: House) -> None:
    assert house.call("GET", "/v1/things", key="reader").status_code == 200
    for method, path, rest in (
        ("POST", "/v1/things", BODY),
        ("GET", "/v1/sync", {}),
        ("HEAD", "/v1/sync", {}),
    ):
        answer = house.call(method, path, key="reader", **rest)
        assert answer.status_code == 403
    answer = house.call("POST", "/api/things", key="reader", **BODY)
    assert (answer.status_code, orjson.loads(answer.content)["error_code"]) == (403, 1)


def test_a_public_route_answers_a_caller_with_a_wrong_key(house: House) -> None:
    answer = house.call(
        "POST", "/v1/hello", key="wrong", data=b"{}", content_type="application/json"
    )
    assert (answer.status_code, house.desk.asked) == (200, ["wrong"])


def test_the_scope_is_left_after_an_answer_and_after_an_error(house: House) -> None:
    for path in ("/v1/things", "/v1/crash", "/v1/things/x"):
        house.call("GET", path)
    assert house.desk.open_scopes == 0


def test_whatever_becomes_of_a_known_callers_request_it_is_counted_once() -> None:
    counted: list[str] = []

    def count(caller: Caller, headers: dict[str, str]) -> None:
        counted.append(caller.credential_id)
        headers["RateLimit-Remaining"] = "9"

    house = House(throttle=count)
    refused_early = [
        house.call("GET", "/v1/nowhere"),
        house.call("PUT", "/v1/things"),
        house.call("POST", "/v1/things", data=b"x", content_type="text/plain"),
        house.call("GET", "/v1/things", version=None),
        house.call("GET", "/v1/things", version="v1"),
        house.call("POST", "/v1/things", key="reader", **BODY),
    ]
    needs_no_credential = [
        house.call("OPTIONS", "/v1/things"),
        house.call("POST", "/v1/hello", data=b"{}", content_type="application/json"),
    ]
    pinned = house.call("GET", "/v1/things", key="pinned", version=None)
    answers = [*refused_early, *needs_no_credential, pinned]
    assert [answer.status_code for answer in answers] == [
        404,
        405,
        415,
        400,
        400,
        403,
        200,
        200,
        200,
    ]
    assert all(answer["RateLimit-Remaining"] == "9" for answer in answers)
    assert len(counted) == len(answers)


def test_who_is_not_known_is_not_counted() -> None:
    def count(caller: Caller, headers: dict[str, str]) -> None:
        raise AssertionError

    house = House(throttle=count)
    for key in (None, "wrong", "suspended"):
        assert house.call("GET", "/v1/nowhere", key=key).status_code == 404
        hello = house.call(
            "POST", "/v1/hello", key=key, data=b"{}", content_type="application/json"
        )
        assert hello.status_code == house.call("OPTIONS", "/v1/things", key=key).status_code == 200


def test_who_has_asked_too_often_is_told_so_whatever_was_asked() -> None:
    def refuse(caller: Caller, headers: dict[str, str]) -> None:
        raise RateLimited(timedelta(seconds=3))

    house = House(throttle=refuse)
    for path in ("/v1/things", "/v1/nowhere", "/api/things", "/api/nowhere"):
        answer = house.call("GET", path)
        assert (answer.status_code, answer["Retry-After"]) == (429, "3")
        body = orjson.loads(answer.content)
        assert (body.get("error"), body.get("error_code")) in (
            ("Too Many Requests", None),
            (None, 10),
        )


def test_wrappers_stand_round_parsing_view_and_rendering_and_put_headers_on_errors_too() -> None:
    seen: list[object] = []

    def count(context: RequestContext, respond: Callable[[], HttpResponseBase]) -> HttpResponseBase:
        assert context.caller is not None
        seen.append((context.route.name, context.route.write, context.caller.email))
        context.headers["RateLimit-Remaining"] = "9"
        return respond()

    house = House(interceptors=(count,))
    assert house.call("GET", "/v1/things/x")["RateLimit-Remaining"] == "9"
    assert house.call("POST", "/v1/things", **BODY)["RateLimit-Remaining"] == "9"
    assert seen == [
        ("GET /things/{thing_id}", False, "joe@acme.com"),
        ("POST /things", True, "joe@acme.com"),
    ]
