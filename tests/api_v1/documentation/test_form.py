"""The form of the documents, which generators of clients depend on."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api_v1.documentation.frozen import document_of
from api_v1.documentation.schema_form import clean_document
from tests.api_v1.golden.scripts import ROUTES, VERSIONED_APIS, Golden

Json = Any  # Any: JSON
each_document = pytest.mark.parametrize("script", ROUTES, ids=str)
VALUES = ("const", "default", "enum", "example", "examples")


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        yield from ((method, path, operation) for method, operation in methods.items())


def schemas_in(part: Json, *, are_names: bool = False) -> Iterator[Json]:
    """Yield every object below `part` that isn't a value or a list of properties."""
    if isinstance(part, dict):
        if not are_names:
            yield part
        for key, value in part.items():
            if are_names or key not in VALUES:
                yield from schemas_in(value, are_names=key == "properties" and not are_names)
    elif isinstance(part, list):
        for item in part:
            yield from schemas_in(item)


@each_document
def test_titles_are_unique_and_those_of_components(script: Golden) -> None:
    document = document_of(script.versioned_api)
    del document["info"]
    titles = Counter(one["title"] for one in schemas_in(document) if "title" in one)
    assert titles == Counter(list(document["components"]["schemas"]))


@pytest.mark.parametrize("version", [script.version for script in ROUTES if script.api == "happo"])
def test_operation_ids_are_unique_in_both_apis_of_a_version(version: str) -> None:
    ids = Counter(
        operation["operationId"]
        for versions in VERSIONED_APIS.values()
        for _, _, operation in operations(document_of(versions[version]))
    )
    assert [id for id, count in ids.items() if count > 1] == []


@each_document
def test_no_value_has_only_the_type_null(script: Golden) -> None:
    document = document_of(script.versioned_api)
    alternatives = [
        choice
        for one in schemas_in(document)
        for choice in one.get("anyOf", ())
        if "type" in choice
    ]
    lonely = [
        one
        for one in schemas_in(document)
        if one == {"type": "null"} and not any(one is choice for choice in alternatives)
    ]
    assert lonely == []


@each_document
def test_no_object_has_alternatives_beside_its_properties(script: Golden) -> None:
    for one in schemas_in(document_of(script.versioned_api)):
        assert not ("properties" in one and {"anyOf", "oneOf", "allOf"} & one.keys()), one


@each_document
def test_each_body_has_a_sample_that_its_schema_accepts(script: Golden) -> None:
    document = document_of(script.versioned_api)
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            continue
        schema = {**content["schema"], "components": document["components"]}
        problems = [
            error.message for error in Draft202012Validator(schema).iter_errors(content["example"])
        ]
        assert problems == [], (method, path)
        assert "{{" not in str(content["example"])


@each_document
def test_the_headers_of_replies_are_described(script: Golden) -> None:
    document = document_of(script.versioned_api)
    always = {"x-happo-api-version", "x-request-id", "Deprecation", "Sunset"}
    limits = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}
    for method, path, operation in operations(document):
        headers = operation["responses"]["200"]["headers"].keys()
        has_credential = "security" in operation
        assert always <= headers
        assert (limits <= headers) == has_credential, path
        writes = method != "get" or path.endswith("sync_user_emails")
        assert ("Idempotent-Replayed" in headers) == (writes and has_credential), path
    for response in document["components"]["responses"].values():
        assert always | limits <= response["headers"].keys()


@each_document
def test_every_component_is_mentioned(script: Golden) -> None:
    document = document_of(script.versioned_api)
    for name in document["components"]["schemas"]:
        assert f"'#/components/schemas/{name}'" in str(document), name


@each_document
def test_an_update_of_an_application_names_its_id_and_needs_a_change(script: Golden) -> None:
    if script.api != "jobhax":
        return
    document = document_of(script.versioned_api)
    schema = document["components"]["schemas"]["JobappUpdate"]
    assert schema["required"] == ["jobapp_id"]
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"jobapp_id": 1, "rejected": False})
    for sent in ({}, {"rejected": None}, {"rejected": None, "status_id": None}):
        assert not validator.is_valid({"jobapp_id": 1, **sent})


def test_the_names_of_properties_and_values_stay() -> None:
    thing = {
        "title": "Any",
        "properties": {
            "title": {"type": "string", "title": "Title", "examples": [{"title": "x"}]},
            "properties": {"type": "null"},
            "pair": {"prefixItems": [{"type": "string"}, {"anyOf": [{"type": "null"}]}]},
        },
    }
    reply = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    document: Json = {
        "paths": {"/x": {"get": {"responses": {"200": reply}}}},
        "components": {"schemas": {"Thing": thing, "Unused": {}}, "responses": {}},
    }
    clean_document(document)
    assert document["components"]["schemas"] == {
        "Thing": {
            "title": "Thing",
            "properties": {
                "title": {"type": "string", "examples": [{"title": "x"}]},
                "properties": {"const": None},
                "pair": {
                    "prefixItems": [{"type": "string"}, {"anyOf": [{"type": "null"}]}],
                    "items": {"anyOf": [{"type": "string"}, {"anyOf": [{"type": "null"}]}]},
                },
            },
        }
    }
