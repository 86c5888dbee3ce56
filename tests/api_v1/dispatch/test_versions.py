"""Which version answers, and what is said where none can be told."""

import orjson
import pytest

from tests.api_v1.fake_apis import House

LIST = "x-happo-api-version header is required and must be one of [v20180701, v20261201]"


@pytest.mark.parametrize("key", ["both", "wrong", "suspended", None])
def test_happo_without_version_is_told_the_versions_whatever_the_credential(
    house: House, key: str | None
) -> None:
    answer = house.call("GET", "/v1/things", version=None, key=key)
    assert answer.status_code == 400
    assert orjson.loads(answer.content) == {
        "statusCode": 400,
        "error": "Bad Request",
        "message": LIST,
    }
    assert answer["x-happo-api-version"] == "v20180701"


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing/here"])
def test_the_missing_version_comes_before_the_unknown_path(house: House, path: str) -> None:
    assert house.call("GET", path, version=None).status_code == 400
    assert house.call("GET", path, version=None, key=None).status_code == 400
    assert house.call("GET", path, key=None).status_code == 404


@pytest.mark.parametrize(
    "version", ["v1", "V20180701", "20180701", "v20180702", "v20180701, v20261201", "\x00"]
)
def test_an_unknown_version_gets_the_oldest_shape(house: House, version: str) -> None:
    answer = house.call("GET", "/v1/things", version=version, key="pinned")
    assert orjson.loads(answer.content) == {
        "statusCode": 400,
        "error": "Bad Request",
        "message": "x-happo-api-version must be one of [v20180701, v20261201]",
    }
    assert answer["x-happo-api-version"] == "v20180701"
    assert house.desk.asked == ["pinned"]


def test_jobhax_names_the_versions_behind_its_own_words(house: House) -> None:
    answer = house.call("GET", "/api/things", version="v1")
    assert answer.status_code == 400
    assert orjson.loads(answer.content) == {
        "success": False,
        "error_code": 10,
        "error_message": "Invalid parameters... x-happo-api-version must be one of [v20180701, v20261201]",
        "data": None,
    }


@pytest.mark.parametrize(
    ("key", "sent", "answered"),
    [
        ("pinned", None, "v20261201"),
        ("pinned", "v20180701", "v20180701"),
        ("both", "v20261201", "v20261201"),
        ("both", " v20261201 ", "v20261201"),
    ],
)
@pytest.mark.parametrize("prefix", ["/v1", "/api"])
def test_a_pin_stands_in_for_the_header_and_the_header_wins(
    house: House, prefix: str, key: str, sent: str | None, answered: str
) -> None:
    answer = house.call("GET", f"{prefix}/things", key=key, version=sent)
    assert (answer.status_code, answer["x-happo-api-version"]) == (200, answered)


def test_a_pin_on_a_version_that_is_gone_is_an_unknown_version(house: House) -> None:
    assert house.call("GET", "/v1/things", key="stale", version=None).status_code == 400


def test_jobhax_without_header_and_pin_speaks_the_oldest(house: House) -> None:
    assert house.call("GET", "/api/things", version=None)["x-happo-api-version"] == "v20180701"
    assert house.call(
        "POST", "/api/hello", version=None, key=None, data=b"{}", content_type="application/json"
    )


def test_a_client_in_the_body_may_have_pinned_a_version() -> None:
    house = House(
        pinned_by_body=lambda request, body: "v20261201" if body == {"client_id": "c"} else None
    )
    send = {"content_type": "application/json", "key": None, "version": None}
    pinned = house.call("POST", "/api/hello", data=b'{"client_id": "c"}', **send)
    assert orjson.loads(pinned.content)["data"] == pinned["x-happo-api-version"] == "v20261201"
    assert (
        orjson.loads(house.call("POST", "/api/hello", data=b"{}", **send).content)["data"]
        == "v20180701"
    )


def test_a_route_of_the_head_is_unknown_to_older_versions(house: House) -> None:
    assert house.call("GET", "/v1/news").status_code == 404
    assert house.call("GET", "/v1/news", version="v20261201").status_code == 200


def test_the_credential_is_checked_once(house: House) -> None:
    house.call("GET", "/v1/things", key="pinned", version=None)
    assert house.desk.asked == ["pinned"]
    assert house.desk.open_scopes == 0
