"""Replies held against an OpenAPI document, more strictly than by a client: nothing is there that it doesn't name."""

from copy import deepcopy
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

Json = Any  # Any: JSON


class Contract:
    """A document; `check` raises AssertionError for a reply that breaks it."""

    def __init__(self, document: Json) -> None:
        self.document = _closed(deepcopy(document))
        self._paths = [(template.split("/"), template) for template in document["paths"]]

    def check(self, method: str, path: str, status: int, body: Json) -> None:
        """Hold a reply's body against the schema of its route and status."""
        operation = self._operation(method, path.partition("?")[0])
        if operation is None:
            schema = {"$ref": "#/components/schemas/Error"}
        else:
            schema = self._schema(operation["responses"], status, f"{method} {path}")
        whole = {"components": self.document["components"], **schema}
        problems = list(
            Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(body)
        )
        assert not problems, f"{method} {path} {status}: " + "; ".join(
            f"{problem.json_path} {problem.message}" for problem in problems
        )

    def _operation(self, method: str, path: str) -> Json:
        parts = path.split("/")
        fitting = [template for known, template in self._paths if _fits(known, parts)]
        if not fitting:
            return None
        # What is spelled out wins over a parameter: .../candidates/bulk.
        best = min(fitting, key=lambda template: template.count("{"))
        return self.document["paths"][best].get(method.lower())

    def _schema(self, responses: Json, status: int, name: str) -> Json:
        assert str(status) in responses, f"{name}: {status} is not documented"
        response = responses[str(status)]
        if "$ref" in response:
            response = self.document["components"]["responses"][response["$ref"].rpartition("/")[2]]
        return response["content"]["application/json"]["schema"]


def _fits(template: list[str], parts: list[str]) -> bool:
    return len(template) == len(parts) and all(
        known.startswith("{") or known == part for known, part in zip(template, parts, strict=True)
    )


def _closed(schema: Json) -> Json:
    """Return a document in which each object has its own properties and no other."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(part) for name, part in schema.items()}
    if closed.get("type") == "object" and isinstance(closed.get("properties"), dict):
        closed.setdefault("additionalProperties", False)
    return closed
