"""The Postman collections are current, have a request for each route, and can be run in order."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from api_v1.documentation import postman
from api_v1.documentation.body_samples import FILES, sample_body
from api_v1.documentation.postman import AFTERWARDS, file_of, write_collection
from api_v1.versions import OLDEST, TIMELINE
from tests.api_v1.golden.scripts import VERSIONED_APIS

Json = Any  # Any: JSON
BUILT_IN = {"$guid"}


def items(version: str) -> list[Json]:
    """Return the requests in their order."""
    found: list[Json] = []

    def walk(item: Json) -> None:
        if "request" in item:
            found.append(item)
        for inner in item.get("item", ()):
            walk(inner)

    walk(json.loads(file_of(version).read_text()))
    return found


@pytest.mark.parametrize("version", TIMELINE.names)
def test_the_collection_that_is_checked_in_is_current(version: str) -> None:
    assert file_of(version).read_text() == write_collection(version, VERSIONED_APIS), (
        "Run: make postman"
    )


@pytest.mark.parametrize("version", TIMELINE.names)
def test_each_documented_route_has_its_request(version: str) -> None:
    documented = [
        f"{route.method} {versions[version].api.prefix}{re.sub('{.*?}', '{}', route.path)}"
        for versions in VERSIONED_APIS.values()
        for route in versions[version].table.routes
        if route.operation.include_in_schema
    ]
    requests = [item["request"] for item in items(version)]
    requested = [
        f"{request['method']} /{re.sub('{{.*?}}', '{}', '/'.join(request['url']['path']))}"
        for request in requests
    ]
    assert sorted(requested) == sorted(documented)


@pytest.mark.parametrize("version", TIMELINE.names)
def test_a_variable_is_set_before_it_is_used(version: str) -> None:
    collection = json.loads(file_of(version).read_text())
    known = {variable["key"] for variable in collection["variable"]} | BUILT_IN
    for item in items(version):
        scripts = {event["listen"]: "\n".join(event["script"]["exec"]) for event in item["event"]}
        known |= set(re.findall(r"collectionVariables.set\('(\w+)'", scripts.get("prerequest", "")))
        assert set(re.findall(r"{{([$\w]+)}}", json.dumps(item["request"]))) <= known, item["name"]
        known |= set(re.findall(r"collectionVariables.set\('(\w+)'", scripts["test"]))


@pytest.mark.parametrize("version", TIMELINE.names)
def test_each_request_names_its_version_and_tests_status_and_envelope(version: str) -> None:
    for item in items(version):
        assert {"key": "x-happo-api-version", "value": "{{version}}"} in item["request"]["header"]
        tests = "\n".join(item["event"][-1]["script"]["exec"])
        assert "pm.response.code).to.be.oneOf(" in tests
        assert "in the envelope" in tests


def test_what_removes_things_comes_last() -> None:
    for folder in json.loads(file_of(TIMELINE.head).read_text())["item"]:
        assert folder["item"][-1]["name"] == AFTERWARDS


def test_files_that_are_sent_are_there() -> None:
    assert all((postman.FOLDER / name).is_file() for name in FILES.values())


def test_a_required_field_without_a_sample_is_noticed() -> None:
    schema = {"properties": {"shoeSize": {"type": "integer"}}, "required": ["shoeSize"]}
    with pytest.raises(LookupError, match="shoeSize"):
        sample_body("create_position", schema, document={})


def test_the_command_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(postman, "FOLDER", tmp_path)
    monkeypatch.setattr("api_v1.management.commands.postman.FOLDER", tmp_path)
    call_command("postman")
    assert (tmp_path / f"happo-{OLDEST}.postman_collection.json").read_text() == write_collection(
        OLDEST, VERSIONED_APIS
    )
    assert OLDEST in capsys.readouterr().out
