"""Paths, methods, and what every answer carries."""

from uuid import UUID

import pytest

from api_v1.http_errors import MethodNotAllowed, PathUnknown
from tests.api_v1.fake_apis import ID, FakeApis, PassedOn

JSON = "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["/", "/admin/", "/v10/things", "/v1x", "/static/x.css", "/apis", "//v1/things", "*"]
)
def test_other_paths_are_left_to_django(apis: FakeApis, path: str) -> None:
    assert isinstance(apis.call("OPTIONS", path, PATH_INFO=path), PassedOn)


@pytest.mark.parametrize("key", ["both", "wrong", None])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/nothing",
        "/things/",
        "/things//",
        "/things/a/b",
        "/things/%00",
        "//things",
        "/Things",
        "/news",
    ],
)
@pytest.mark.parametrize("prefix", ["/v1", "/api"])
def test_an_unknown_path_is_a_404_in_the_envelope(
    apis: FakeApis, prefix: str, path: str, key: str | None
) -> None:
    answer = apis.call("GET", prefix + path, key=key)
    assert (answer.status, answer.headers["Content-Type"]) == (404, JSON)
    assert answer.body == (
        {"statusCode": 404, "error": "Not Found", "message": "There is nothing at this path"}
        if prefix == "/v1"
        else {
            "success": False,
            "error_code": 11,
            "error_message": "Record not found...",
            "data": None,
        }
    )


@pytest.mark.parametrize(
    "thing", ["x", "1", str(ID)[:-1], str(ID).replace("-", ""), f"{{{ID}}}", "%20", "ä"]
)
def test_a_malformed_id_is_answered_like_an_unknown_one(apis: FakeApis, thing: str) -> None:
    bad = apis.call("GET", f"/v1/things/{thing}")
    unknown = apis.call("GET", f"/v1/things/{UUID(int=1)}")
    assert bad.status == unknown.status == 404
    assert (
        bad.content
        == unknown.content
        == b'{"statusCode":404,"error":"Not Found","message":"Thing not found"}'
    )


def test_an_id_is_read_in_any_case(apis: FakeApis) -> None:
    assert apis.call("GET", f"/v1/things/{str(ID).upper()}").status == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"])
def test_another_method_is_a_405_with_the_allowed_methods(apis: FakeApis, method: str) -> None:
    for path, code in (("/v1/things", None), ("/api/things", 10)):
        answer = apis.call(method, path, key=None)
        assert (answer.status, answer.headers["Content-Type"]) == (405, JSON)
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
        assert answer.body.get("error_code") == code
    assert apis.call("GET", "/v1/hello").headers["Allow"] == "OPTIONS, POST"


def test_head_is_get_without_the_body(apis: FakeApis) -> None:
    get, head = apis.call("GET", "/v1/things"), apis.call("HEAD", "/v1/things")
    assert (head.status, head.content) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(get.content))
    assert apis.call("HEAD", "/v1/things", key="wrong").status == 401
    assert apis.call("HEAD", "/v1/hello").status == 405


def test_options_needs_no_credential(apis: FakeApis) -> None:
    answer = apis.call("OPTIONS", f"/v1/things/{ID}", key=None)
    assert (answer.status, answer.headers["Allow"]) == (200, "GET, HEAD, OPTIONS, POST")
    assert apis.call("OPTIONS", "/v1/nothing", key=None).status == 404


def test_a_literal_part_wins_over_a_parameter(apis: FakeApis) -> None:
    table = apis.handlers[0].versioned_apis["v20180701"].table
    assert table.find("POST", f"/things/{ID}/bulk")[0].path == "/things/{thing_id}/bulk"
    with pytest.raises(PathUnknown):
        table.find("POST", "/things/x/bulk/y")
    with pytest.raises(MethodNotAllowed):
        table.find("GET", "/things/x/bulk")


@pytest.mark.parametrize(
    "sent", ["a", "0" * 128, "a.B-c_9", "1ac435ee-9b11-4172-a934-3272b365e718"]
)
def test_a_well_formed_request_id_is_kept(apis: FakeApis, sent: str) -> None:
    for path in ("/v1/things", "/v1/nothing", "/api/nothing"):
        assert (
            apis.call("GET", path, headers={"x-request-id": sent}).headers["x-request-id"] == sent
        )


@pytest.mark.parametrize("sent", ["", "a b", "0" * 129, "ä", "a\n", "<script>", "a;b"])
def test_any_other_request_id_is_replaced(apis: FakeApis, sent: str) -> None:
    UUID(apis.call("GET", "/v1/things", headers={"x-request-id": sent}).headers["x-request-id"])


def test_no_answer_may_be_cached_or_sniffed(apis: FakeApis) -> None:
    for path in ("/v1/things", "/v1/nothing"):
        answer = apis.call("GET", path)
        assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == (
            "no-store",
            "nosniff",
        )
