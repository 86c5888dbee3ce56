"""Paths, methods, and what every answer carries."""

from uuid import UUID

import orjson
import pytest

from api_v1.http_errors import MethodNotAllowed, PathUnknown
from tests.api_v1.fake_apis import ID, House, HttpRequestPassed

JSON = "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["/", "/admin/", "/v10/things", "/v1x", "/static/x.css", "/apis", "//v1/things", "*"]
)
def test_other_paths_go_on_to_django(house: House, path: str) -> None:
    assert isinstance(house.call("OPTIONS", path, PATH_INFO=path), HttpRequestPassed)


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
    house: House, prefix: str, path: str, key: str | None
) -> None:
    answer = house.call("GET", prefix + path, key=key)
    assert (answer.status_code, answer["Content-Type"]) == (404, JSON)
    assert orjson.loads(answer.content) == (
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
def test_an_id_that_is_none_is_answered_like_one_that_nobody_has(house: House, thing: str) -> None:
    bad = house.call("GET", f"/v1/things/{thing}")
    unknown = house.call("GET", f"/v1/things/{UUID(int=1)}")
    assert bad.status_code == unknown.status_code == 404
    assert (
        bad.content
        == unknown.content
        == b'{"statusCode":404,"error":"Not Found","message":"Thing not found"}'
    )


def test_an_id_is_read_in_any_case(house: House) -> None:
    assert house.call("GET", f"/v1/things/{str(ID).upper()}").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"])
def test_another_method_is_a_405_that_says_which_are_allowed(house: House, method: str) -> None:
    for path, code in (("/v1/things", None), ("/api/things", 10)):
        answer = house.call(method, path, key=None)
        assert (answer.status_code, answer["Content-Type"]) == (405, JSON)
        assert answer["Allow"] == "GET, HEAD, OPTIONS, POST"
        assert orjson.loads(answer.content).get("error_code") == code
    assert house.call("GET", "/v1/hello")["Allow"] == "OPTIONS, POST"


def test_head_is_get_without_the_body(house: House) -> None:
    get, head = house.call("GET", "/v1/things"), house.call("HEAD", "/v1/things")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == get["Content-Length"] == str(len(get.content))
    assert house.call("HEAD", "/v1/things", key="wrong").status_code == 401
    assert house.call("HEAD", "/v1/hello").status_code == 405


def test_options_says_what_a_path_allows_to_anybody(house: House) -> None:
    answer = house.call("OPTIONS", f"/v1/things/{ID}", key=None)
    assert (answer.status_code, answer["Allow"]) == (200, "GET, HEAD, OPTIONS, POST")
    assert house.call("OPTIONS", "/v1/nothing", key=None).status_code == 404


def test_a_literal_part_wins_over_a_parameter(house: House) -> None:
    table = house.handlers[0].versioned_apis["v20180701"].table
    assert table.find("POST", f"/things/{ID}/bulk")[0].path == "/things/{thing_id}/bulk"
    with pytest.raises(PathUnknown):
        table.find("POST", "/things/x/bulk/y")
    with pytest.raises(MethodNotAllowed):
        table.find("GET", "/things/x/bulk")


@pytest.mark.parametrize(
    "sent", ["a", "0" * 128, "a.B-c_9", "1ac435ee-9b11-4172-a934-3272b365e718"]
)
def test_a_well_formed_request_id_is_kept(house: House, sent: str) -> None:
    for path in ("/v1/things", "/v1/nothing", "/api/nothing"):
        assert house.call("GET", path, headers={"x-request-id": sent})["x-request-id"] == sent


@pytest.mark.parametrize("sent", ["", "a b", "0" * 129, "ä", "a\n", "<script>", "a;b"])
def test_any_other_request_id_is_replaced(house: House, sent: str) -> None:
    UUID(house.call("GET", "/v1/things", headers={"x-request-id": sent})["x-request-id"])


def test_no_answer_may_be_cached_or_sniffed(house: House) -> None:
    for path in ("/v1/things", "/v1/nothing"):
        answer = house.call("GET", path)
        assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == (
            "no-store",
            "nosniff",
        )
