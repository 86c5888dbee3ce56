"""Which version answers, and the error where no version was named."""

import pytest

from tests.api_v1.fake_apis import FakeApis

LIST = "x-happo-api-version header is required and must be one of [v20180701, v20261201]"


@pytest.mark.parametrize("key", ["both", "wrong", "suspended", None])
def test_happo_without_version_lists_the_versions_whatever_the_credential(
    apis: FakeApis, key: str | None
) -> None:
    answer = apis.call("GET", "/v1/things", version=None, key=key)
    assert answer.status == 400
    assert answer.body == {
        "statusCode": 400,
        "error": "Bad Request",
        "message": LIST,
    }
    assert answer.headers["x-happo-api-version"] == "v20180701"


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing/here"])
def test_the_missing_version_comes_before_the_unknown_path(apis: FakeApis, path: str) -> None:
    assert apis.call("GET", path, version=None).status == 400
    assert apis.call("GET", path, version=None, key=None).status == 400
    assert apis.call("GET", path, key=None).status == 404


@pytest.mark.parametrize(
    "version", ["v1", "V20180701", "20180701", "v20180702", "v20180701, v20261201", "\x00"]
)
def test_an_unknown_version_gets_the_oldest_shape(apis: FakeApis, version: str) -> None:
    answer = apis.call("GET", "/v1/things", version=version, key="pinned")
    assert answer.body == {
        "statusCode": 400,
        "error": "Bad Request",
        "message": "x-happo-api-version must be one of [v20180701, v20261201]",
    }
    assert answer.headers["x-happo-api-version"] == "v20180701"
    assert (apis.authentication.checked, apis.authentication.counted) == (["pinned"], ["k"])


def test_jobhax_names_the_versions_after_its_documented_words(apis: FakeApis) -> None:
    answer = apis.call("GET", "/api/things", version="v1")
    assert answer.status == 400
    assert answer.body == {
        "success": False,
        "error_code": 10,
        "error_message": "Invalid parameters... "
        "x-happo-api-version must be one of [v20180701, v20261201]",
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
def test_a_pinned_version_is_the_default_and_the_header_wins(
    apis: FakeApis, prefix: str, key: str, sent: str | None, answered: str
) -> None:
    answer = apis.call("GET", f"{prefix}/things", key=key, version=sent)
    assert (answer.status, answer.headers["x-happo-api-version"]) == (200, answered)


def test_a_pin_on_a_version_that_is_gone_is_an_unknown_version(apis: FakeApis) -> None:
    assert apis.call("GET", "/v1/things", key="stale", version=None).status == 400


def test_jobhax_without_header_and_pin_speaks_the_oldest(apis: FakeApis) -> None:
    assert (
        apis.call("GET", "/api/things", version=None).headers["x-happo-api-version"] == "v20180701"
    )
    assert apis.call(
        "POST", "/api/hello", version=None, key=None, data=b"{}", content_type="application/json"
    )


def test_a_client_in_the_body_may_have_pinned_a_version() -> None:
    apis = FakeApis(
        pinned_by_body=lambda request, body: "v20261201" if body == {"client_id": "c"} else None
    )
    send = {"content_type": "application/json", "key": None, "version": None}
    pinned = apis.call("POST", "/api/hello", data=b'{"client_id": "c"}', **send)
    assert pinned.body["data"] == pinned.headers["x-happo-api-version"] == "v20261201"
    assert apis.call("POST", "/api/hello", data=b"{}", **send).body["data"] == "v20180701"


def test_a_route_of_the_head_is_unknown_to_older_versions(apis: FakeApis) -> None:
    assert apis.call("GET", "/v1/news").status == 404
    assert apis.call("GET", "/v1/news", version="v20261201").status == 200


def test_the_credential_is_checked_once(apis: FakeApis) -> None:
    apis.call("GET", "/v1/things", key="pinned", version=None)
    assert (apis.authentication.checked, apis.authentication.counted) == (["pinned"], ["k"])
    assert apis.authentication.open_scopes == 0
