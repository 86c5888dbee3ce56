"""The OpenAPI document of one API in one version: ninja's, with envelopes, headers, credential and errors."""

import types
from collections.abc import Iterable
from contextlib import suppress
from functools import reduce
from typing import Any, Final

from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from pydantic import create_model

from api_v1.api import JsonObject
from api_v1.documentation.body_samples import fill_in, sample_body
from api_v1.documentation.schema_form import clean_document
from api_v1.http_errors import REASONS, VERSION_HEADER
from api_v1.versioning.timeline import VersionChange
from api_v1.versioning.versioned_api import Route, VersionedApi

_JSON: Final = "application/json"
_BEARER: Final = "bearer"
# The error statuses of every route; those that depend on the route are in `_statuses`.
_ANYWHERE: Final = (400, 404, 405, 429, 500, 503)
_ALWAYS: Final[dict[str, JsonObject]] = {
    VERSION_HEADER: {
        "description": "The version that answered.",
        "required": True,
        "schema": {"type": "string"},
    },
    "x-request-id": {
        "description": "The id of this request: the one that you sent, if it was well-formed.",
        "required": True,
        "schema": {"type": "string"},
    },
}
_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
# Of a version that is deprecated; no version's document changes when it is.
_WHEN_DEPRECATED: Final[dict[str, JsonObject]] = {
    "Deprecation": {
        "description": "When this version was deprecated: @ and Unix time (RFC 9745).",
        "schema": _TEXT,
    },
    "Sunset": {
        "description": "When this version stops answering: an HTTP date (RFC 8594).",
        "schema": _TEXT,
    },
}
# Of every answer to a valid credential.
_OF_CREDENTIAL: Final[dict[str, JsonObject]] = {
    "RateLimit-Limit": {
        "description": "How many requests may come at once.",
        "schema": _COUNT,
    },
    "RateLimit-Remaining": {
        "description": "How many requests may still come at once.",
        "schema": _COUNT,
    },
    "RateLimit-Reset": {
        "description": "Seconds until all of them may come again.",
        "schema": _COUNT,
    },
}
_OF_WRITES: Final[dict[str, JsonObject]] = {
    "Idempotent-Replayed": {
        "description": "`true` for the stored answer to an earlier request with this key.",
        "schema": {"const": "true"},
    },
}
_OF_ERRORS: Final = _ALWAYS | _WHEN_DEPRECATED | _OF_CREDENTIAL
_HEADERS: Final = _OF_ERRORS | _OF_WRITES
_EXTRA_HEADERS: Final[dict[int, dict[str, JsonObject]]] = {
    401: {"WWW-Authenticate": {"schema": {"const": "Bearer"}}},
    405: {"Allow": {"required": True, "schema": {"type": "string"}}},
    429: {
        "Retry-After": {"required": True, "schema": {"type": "integer"}, "description": "Seconds."}
    },
    503: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
}


class OpenApiDocument(OpenAPISchema):
    """A dict, ready to be written as JSON."""

    def __init__(self, versioned_api: VersionedApi) -> None:
        self.versioned_api = versioned_api
        self.routes = {id(route.operation): route for route in versioned_api.table.routes}
        super().__init__(versioned_api.ninja, self.versioned_api.api.prefix.strip("/"))
        self["servers"] = [{"url": "/"}]
        clean_document(self)
        self._add_samples()

    def _add_samples(self) -> None:
        for methods in self["paths"].values():
            for operation in methods.values():
                content = operation.get("requestBody", {}).get("content", {})
                # A test demands one for each of our routes; routes of tests may lack it.
                with suppress(LookupError):
                    _add_sample(operation["operationId"], content, document=self)

    @property
    def _is_newer(self) -> bool:
        return self.versioned_api.name != self.versioned_api.oldest

    def operation_parameters(self, operation: Operation) -> list[JsonObject]:
        route = self.routes[id(operation)]
        return [
            self._version_parameter(route),
            *map(_without_examples, super().operation_parameters(operation)),
            *(self.versioned_api.api.write_parameters if route.stores_replies else ()),
        ]

    def operation_security(self, operation: Operation) -> list[JsonObject] | None:
        return None if self.routes[id(operation)].public else [{_BEARER: []}]

    def responses(self, operation: Operation) -> dict[int, JsonObject]:
        route = self.routes[id(operation)]
        responses: dict[int, JsonObject] = {200: self._success(route)}
        return responses | {
            status: {"$ref": f"#/components/responses/{_name(status)}"}
            for status in _statuses(route)
        }

    def get_components(self) -> JsonObject:
        components: JsonObject = super().get_components()
        for change in reversed(self.versioned_api.changes):
            for model in change.schemas:
                if (name := model.__name__) in self.schemas:
                    self.schemas[name] = change.describe(self.schemas[name])
        self.schemas["Error"] = self._error_schema(self.versioned_api.changes)
        if self._is_newer:
            # An error about an unknown version has the oldest shape: the one that the client expects is not known.
            self.schemas["VersionError"] = self._error_schema(self.versioned_api.all_changes)
        components["responses"] = {
            _name(status): self._error(status) for status in (*_ANYWHERE, *_SOMEWHERE)
        }
        components["headers"] = _HEADERS
        components["securitySchemes"] = {_BEARER: {"type": "http", "scheme": "bearer"}}
        return components

    def _version_parameter(self, route: Route) -> JsonObject:
        # A document describes answers in its own version. Without the header another one may answer.
        may_lack = not self.versioned_api.api.needs_version or route.versionless
        is_optional = may_lack and (route.versionless or not self._is_newer)
        default = self._describe_default() if may_lack else ""
        return {
            "in": "header",
            "name": VERSION_HEADER,
            "required": not is_optional,
            "schema": {"type": "string", "enum": [self.versioned_api.name]},
            "description": f"The version of the API.{default}",
        }

    def _describe_default(self) -> str:
        oldest = self.versioned_api.oldest
        rule = f"Without it the version pinned on your client answers, else {oldest}."
        return (
            f" {rule} This document describes only what comes with it."
            if self._is_newer
            else f" {rule}"
        )

    def _success(self, route: Route) -> JsonObject:
        data = self._data(route)
        for change in reversed(self.versioned_api.changes):
            if route.name in change.routes:
                data = change.describe(data)
        schema = self.versioned_api.api.envelope.describe_success(
            data, paged=route.response_shape.is_paged
        )
        return {
            "description": "OK",
            "headers": _refer(_headers_of(route)),
            "content": {_JSON: {"schema": schema}},
        }

    def _data(self, route: Route) -> JsonObject:
        shape = route.response_shape
        if shape.item is None:
            return {"type": "null"}
        # Any: types that are known only at run time.
        annotation: Any = types.GenericAlias(list, (shape.item,)) if shape.is_list else shape.item
        model: Any = create_model("Data", response=(annotation, ...))
        schema: JsonObject = self._create_schema_from_model(
            model, by_alias=True, mode="serialization"
        )[0]
        schema.pop("title", None)
        return schema

    def _error_schema(self, changes: tuple[VersionChange, ...]) -> JsonObject:
        head = self.versioned_api.api.envelope.describe_error()
        return reduce(lambda schema, change: change.describe_error(schema), reversed(changes), head)

    def _error(self, status: int) -> JsonObject:
        names = ["Error", "VersionError"] if status == 400 and self._is_newer else ["Error"]
        schemas = [{"$ref": f"#/components/schemas/{name}"} for name in names]
        return {
            "description": REASONS[status],
            "headers": _refer(_OF_ERRORS) | _EXTRA_HEADERS.get(status, {}),
            "content": {_JSON: {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}}},
        }


_SOMEWHERE: Final = (401, 403, 409, 413, 415)


def _add_sample(name: str, content: JsonObject, *, document: JsonObject) -> None:
    if (described := content.get(_JSON)) is not None:
        described["example"] = fill_in(sample_body(name, described["schema"], document=document))


def _statuses(route: Route) -> list[int]:
    statuses = [*_ANYWHERE, 403]
    # A public route takes credentials of another kind in its body.
    statuses += [401] if not route.public or route.write else []
    statuses += [409] if route.write else []
    statuses += [413, 415] if route.body_kind != "none" else []
    return sorted(statuses)


def _name(status: int) -> str:
    return REASONS[status].replace(" ", "")


def _without_examples(parameter: JsonObject) -> JsonObject:
    # Ninja copies the schema's list of examples to where OpenAPI wants a mapping. They stay in the schema.
    return {name: value for name, value in parameter.items() if name != "examples"}


def _headers_of(route: Route) -> Iterable[str]:
    yield from _ALWAYS
    yield from _WHEN_DEPRECATED
    if not route.public:
        yield from _OF_CREDENTIAL
    if route.write and not route.public:
        yield from _OF_WRITES


def _refer(names: Iterable[str]) -> JsonObject:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
