"""Which credentials are accepted, and what each may do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http.response import HttpResponseBase

from api_v1.request_context import RequestContext
from core.accounts.values import Caller
from core.errors import RateLimited
from tests.api_v1.fake_apis import FakeApis

BODY = {"data": b'{"title": "x"}', "content_type": "application/json"}


@pytest.mark.parametrize(
    ("key", "status", "message"),
    [
        (None, 401, "Authorization header is required: Bearer and your secret key"),
        ("wrong", 401, "The credential is not valid"),
        ("suspended", 403, "This account is suspended"),
    ],
)
def test_an_unauthenticated_caller_gets_an_error_in_the_envelope(
    apis: FakeApis, key: str | None, status: int, message: str
) -> None:
    answer = apis.call("GET", "/v1/things", key=key)
    assert answer.status == status
    assert answer.body["message"] == message
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    answer = apis.call("GET", "/api/things", key=key)
    assert (answer.status, answer.body["error_code"]) == (status, 1)


def test_a_reader_reads_but_does_not_write(apis: FakeApis) -> None:
    assert apis.call("GET", "/v1/things", key="reader").status == 200
    for method, path, rest in (
        ("POST", "/v1/things", BODY),
        ("GET", "/v1/sync", {}),
        ("HEAD", "/v1/sync", {}),
    ):
        answer = apis.call(method, path, key="reader", **rest)
        assert answer.status == 403
    answer = apis.call("POST", "/api/things", key="reader", **BODY)
    assert (answer.status, answer.body["error_code"]) == (403, 1)


def test_a_public_route_answers_a_caller_with_a_wrong_key(apis: FakeApis) -> None:
    answer = apis.call(
        "POST", "/v1/hello", key="wrong", data=b"{}", content_type="application/json"
    )
    assert (answer.status, apis.authentication.counted) == (200, [])
    # It is looked at all the same: requests of a known caller count for its rate limit.
    assert apis.authentication.checked == ["wrong"]


def test_the_scope_is_left_after_an_answer_and_after_an_error(apis: FakeApis) -> None:
    for path in ("/v1/things", "/v1/crash", "/v1/things/x"):
        apis.call("GET", path)
    assert apis.authentication.open_scopes == 0


def test_every_request_of_a_known_caller_is_counted_once() -> None:
    counted: list[str] = []

    def count(caller: Caller, headers: dict[str, str]) -> None:
        counted.append(caller.credential_id)
        headers["RateLimit-Remaining"] = "9"

    apis = FakeApis(throttle=count)
    refused_early = [
        apis.call("GET", "/v1/nowhere"),
        apis.call("PUT", "/v1/things"),
        apis.call("POST", "/v1/things", data=b"x", content_type="text/plain"),
        apis.call("GET", "/v1/things", version=None),
        apis.call("GET", "/v1/things", version="v1"),
        apis.call("POST", "/v1/things", key="reader", **BODY),
    ]
    needs_no_credential = [
        apis.call("OPTIONS", "/v1/things"),
        apis.call("POST", "/v1/hello", data=b"{}", content_type="application/json"),
    ]
    pinned = apis.call("GET", "/v1/things", key="pinned", version=None)
    answers = [*refused_early, *needs_no_credential, pinned]
    assert [answer.status for answer in answers] == [
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
    assert all(answer.headers["RateLimit-Remaining"] == "9" for answer in answers)
    assert len(counted) == len(answers)


def test_an_unauthenticated_caller_is_not_counted() -> None:
    def count(caller: Caller, headers: dict[str, str]) -> None:
        raise AssertionError

    apis = FakeApis(throttle=count)
    for key in (None, "wrong", "suspended"):
        assert apis.call("GET", "/v1/nowhere", key=key).status == 404
        hello = apis.call("POST", "/v1/hello", key=key, data=b"{}", content_type="application/json")
        assert hello.status == apis.call("OPTIONS", "/v1/things", key=key).status == 200


def test_a_throttled_caller_gets_a_429_on_every_path() -> None:
    def refuse(caller: Caller, headers: dict[str, str]) -> None:
        raise RateLimited(timedelta(seconds=3))

    apis = FakeApis(throttle=refuse)
    for path in ("/v1/things", "/v1/nowhere", "/api/things", "/api/nowhere"):
        answer = apis.call("GET", path)
        assert (answer.status, answer.headers["Retry-After"]) == (429, "3")
        body = answer.body
        assert (body.get("error"), body.get("error_code")) in (
            ("Too Many Requests", None),
            (None, 10),
        )


def test_interceptors_run_round_parsing_view_and_rendering_and_put_headers_on_errors_too() -> None:
    seen: list[object] = []

    def count(context: RequestContext, respond: Callable[[], HttpResponseBase]) -> HttpResponseBase:
        assert context.caller is not None
        seen.append((context.route.name, context.route.write, context.caller.email))
        context.headers["RateLimit-Remaining"] = "9"
        return respond()

    apis = FakeApis(interceptors=(count,))
    assert apis.call("GET", "/v1/things/x").headers["RateLimit-Remaining"] == "9"
    assert apis.call("POST", "/v1/things", **BODY).headers["RateLimit-Remaining"] == "9"
    assert seen == [
        ("GET /things/{thing_id}", False, "joe@acme.com"),
        ("POST /things", True, "joe@acme.com"),
    ]
