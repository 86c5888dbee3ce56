"""The form of the JSON Schemas in a document: what generators of clients need, without a change of meaning.

- Only components have titles, their own names: generators name classes after titles, and drop a second class of a name.
- What is always null is `{"const": null}`: openapi-generator stops at a value whose only type is null.
- A list of fixed places also says what any of its items is, for generators that don't know `prefixItems`.
- A component that no route mentions is left out: validators warn of it.
"""

from collections.abc import Iterator
from typing import Any, Final

from api_v1.api import JsonObject

# Any value may stand below these keywords; it is no schema.
_VALUES: Final = frozenset({"const", "default", "enum", "example", "examples"})
_NULL: Final = {"type": "null"}


def clean_document(document: JsonObject) -> None:
    """Give the schemas of a document, and its list of them, the form that is described above."""
    schemas: JsonObject = document["components"]["schemas"]
    document["paths"] = _clean(document["paths"])
    document["components"]["responses"] = _clean(document["components"]["responses"])
    cleaned = {name: {"title": name, **_clean(schema)} for name, schema in schemas.items()}
    mentioned = _find_mentioned(document, cleaned)
    document["components"]["schemas"] = {
        name: schema for name, schema in cleaned.items() if name in mentioned
    }


def _clean(part: Any, *, are_names: bool = False) -> Any:  # Any: JSON, a part of a document
    """Return a part of a document; `are_names`: its keys name properties, and aren't keywords."""
    if isinstance(part, list):
        return [_clean(item) for item in part]
    if not isinstance(part, dict):
        return part
    cleaned = {
        key: value
        if key in _VALUES and not are_names
        else {"const": None}
        if value == _NULL
        else _clean(value, are_names=key == "properties" and not are_names)
        for key, value in part.items()
        if are_names or key != "title"
    }
    if "prefixItems" in cleaned and not are_names:
        cleaned["items"] = {"anyOf": cleaned["prefixItems"]}
    return cleaned


def _find_mentioned(document: JsonObject, schemas: JsonObject) -> set[str]:
    found: set[str] = set()
    waiting = [*_list_references(document["paths"])]
    waiting += _list_references(document["components"]["responses"])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _list_references(schemas[name])
    return found


def _list_references(part: object) -> Iterator[str]:
    prefix = "#/components/schemas/"
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref" and isinstance(value, str) and value.startswith(prefix):
                yield value.removeprefix(prefix)
            else:
                yield from _list_references(value)
    elif isinstance(part, list):
        for item in part:
            yield from _list_references(item)
