"""The documents are valid and agree with the dispatcher, and their pages load nothing from another server."""

import re
from typing import Any

import orjson
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from openapi_spec_validator import validate

from api_v1.documentation.openapi import OpenApiDocument
from api_v1.versions import TIMELINE
from tests.api_v1.fake_apis import ERRORS_DIFFER, FakeApis

EVERY = [(api, version) for api in ("happo", "jobhax") for version in ERRORS_DIFFER.names]


def document(apis: FakeApis, api: str, version: str) -> Any:  # Any: JSON
    answer = apis.call(
        "GET",
        "/v1/openapi.json",
        key=None,
        version=None,
        QUERY_STRING=f"api={api}&version={version}",
    )
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    return answer.body


@pytest.mark.parametrize(("api", "version"), EVERY)
def test_each_document_is_valid_openapi_of_its_version(
    apis: FakeApis, api: str, version: str
) -> None:
    found = document(apis, api, version)
    validate(found)
    assert found["info"]["version"] == version
    assert all(path.startswith("/v1/" if api == "happo" else "/api/") for path in found["paths"])


@pytest.mark.parametrize(("api", "version"), EVERY)
def test_each_operation_names_version_credential_and_every_status(
    apis: FakeApis, api: str, version: str
) -> None:
    for path, methods in document(apis, api, version)["paths"].items():
        for method, operation in methods.items():
            header = next(p for p in operation["parameters"] if p["name"] == "x-happo-api-version")
            # A newer document of JobHax describes only what comes with the header.
            assert header["required"] == (api == "happo" or version != ERRORS_DIFFER.oldest)
            assert header["schema"]["enum"] == [version]
            assert operation.get("security", []) == (
                [] if path.endswith("/hello") else [{"bearer": []}]
            )
            expected = {"200", "400", "403", "404", "405", "429", "500", "503"}
            expected |= {"413", "415"} if "requestBody" in operation else set()
            expected |= {"401"} if operation.get("security", []) or method == "post" else set()
            expected |= {"409"} if method == "post" or path.endswith("/sync") else set()
            assert operation["responses"].keys() == expected, (path, method)


def test_the_envelopes_are_described(apis: FakeApis) -> None:
    def success(api: str, path: str) -> Any:  # Any: JSON
        operation = document(apis, api, "v20261201")["paths"][path]["get"]
        return operation["responses"]["200"]["content"]["application/json"]["schema"]

    assert success("happo", "/v1/things")["required"] == ["success", "statusCode", "data"]
    assert success("happo", "/v1/things")["properties"]["data"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Thing"},
    }
    assert success("happo", "/v1/pages")["properties"].keys() == {
        "success",
        "statusCode",
        "data",
        "nextCursor",
    }
    assert success("jobhax", "/api/pages")["required"] == [
        "success",
        "error_code",
        "error_message",
        "data",
        "nextCursor",
    ]
    assert success("jobhax", "/api/sync")["properties"]["data"] == {"const": None}


def test_the_errors_of_each_version_are_described(apis: FakeApis) -> None:
    old, new = (
        document(apis, "happo", version)["components"]["schemas"] for version in ERRORS_DIFFER.names
    )
    assert (
        old["Error"]["required"]
        == new["VersionError"]["required"]
        == ["statusCode", "error", "message"]
    )
    assert new["Error"]["required"] == [
        "statusCode",
        "error",
        "message",
        "code",
        "errors",
        "requestId",
    ]


@pytest.mark.parametrize(
    "query", ["version=v1", "version=v20180701&api=x", "version=%00", "api=", "version=%ff"]
)
@pytest.mark.parametrize("page", ["/v1/openapi.json", "/v1/docs"])
def test_an_unknown_version_or_api_is_a_400_in_the_envelope(
    apis: FakeApis, page: str, query: str
) -> None:
    answer = apis.call("GET", page, key=None, version=None, QUERY_STRING=query)
    if query == "api=":
        assert answer.status == 200
        return
    assert answer.status == 400
    assert answer.body["message"].split(" must be one of ")[0] in (
        "version",
        "api",
    )


def test_without_a_choice_the_newest_version_of_happo_is_shown(apis: FakeApis) -> None:
    answer = apis.call("GET", "/v1/openapi.json", key=None, version=None)
    assert answer.body["info"] == {
        "title": "Happo API",
        "version": "v20261201",
        "description": "",
    }
    answer = apis.call("GET", "/v1/openapi.json", key=None, version="v20180701")
    assert answer.body["info"]["version"] == "v20180701"


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("version", TIMELINE.names)
def test_the_collection_calls_the_host_that_it_came_from(version: str) -> None:
    answer = Client().get(
        "/v1/postman.json", {"version": version}, headers={"host": "localhost:81"}
    )
    variables = {one["key"]: one["value"] for one in answer.json()["variable"]}
    assert variables["version"] == version
    assert variables["baseUrl"] == "http://localhost:81"
    assert f"happo-{version}.postman" in answer["Content-Disposition"]


def test_the_page_offers_both_apis_and_every_version_and_loads_nothing_from_elsewhere(
    apis: FakeApis,
) -> None:
    answer = apis.call("GET", "/v1/docs", key=None, version=None, QUERY_STRING="version=v20261201")
    page = answer.content.decode()
    for api, version in EVERY:
        if version == "v20261201" or api == "happo":
            assert f"?api={api}&amp;version={version}" in page
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    assert "<style" not in page
    assert not re.search(r"<script(?! src=)|\son\w+=", page)
    for name in re.findall(r"/static/([^\"]+)", page):
        assert finders.find(name), name


def test_the_page_may_run_its_own_scripts_only(apis: FakeApis) -> None:
    answer = apis.call("GET", "/v1/docs", key=None, version=None)
    policy = dict(
        rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"


def test_the_pages_are_for_reading(apis: FakeApis) -> None:
    assert apis.call("POST", "/v1/docs", key=None, version=None).headers["Allow"] == "GET, HEAD"
    head = apis.call("HEAD", "/v1/docs", key=None, version=None)
    assert (head.status, head.content) == (200, b"")


def test_a_document_that_can_be_read_can_be_written(apis: FakeApis) -> None:
    versioned_api = apis.handlers[0].versioned_apis["v20180701"]
    assert orjson.dumps(
        OpenApiDocument(versioned_api), option=orjson.OPT_NON_STR_KEYS
    ) == orjson.dumps(OpenApiDocument(versioned_api), option=orjson.OPT_NON_STR_KEYS)
