"""Finds where the head differs from a frozen version without a declaration.

A difference is declared when a change class names the schema or the route that it is in, when a route is `since` a
newer version, or when a change describes older errors. All others are undeclared: they would break existing clients.
"""

from collections.abc import Iterator

from api_v1.api import JsonObject
from api_v1.documentation.frozen import document_of
from api_v1.http_errors import VERSION_HEADER
from api_v1.routing import route_options_of
from api_v1.versioning.timeline import VersionChange
from api_v1.versioning.versioned_api import Route, VersionedApi


def undeclared_differences(
    frozen: JsonObject, head: VersionedApi, changes: tuple[VersionChange, ...]
) -> list[str]:
    """Return a line for each undeclared difference between a frozen document and the head; `changes` came between."""
    current = document_of(head)
    routes = {_operation_name(route): route for route in head.table.routes}
    before, after = _operations(frozen), _operations(current)
    return [
        *_schemas(frozen, current, changes),
        *(f"{name} is gone" for name in before.keys() - after.keys()),
        *_new_routes(sorted(after.keys() - before.keys()), routes),
        *_find_changed_routes(before, after, routes=routes, changes=changes),
        *_frames(frozen, current),
    ]


def _operation_name(route: Route) -> str:
    return f"{route.method} {route.versioned_api.api.prefix}{route.path}"


def _operations(document: JsonObject) -> dict[str, JsonObject]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def _schemas(
    before: JsonObject, after: JsonObject, changes: tuple[VersionChange, ...]
) -> Iterator[str]:
    old, new = before["components"]["schemas"], dict(after["components"]["schemas"])
    for change in reversed(changes):
        for name in {model.__name__ for model in change.schemas} & new.keys():
            new[name] = change.describe(new[name])
        new["Error"] = change.describe_error(new["Error"])
    for name in sorted(old.keys() & new.keys() - {"VersionError"}):
        yield from (f"{name}: {place}" for place in _differing_paths(old[name], new[name]))


def _new_routes(names: list[str], routes: dict[str, Route]) -> Iterator[str]:
    for name in names:
        if route_options_of(routes[name].operation).since is None:
            yield f"{name} is new and doesn't declare `since`"


def _find_changed_routes(
    before: dict[str, JsonObject],
    after: dict[str, JsonObject],
    *,
    routes: dict[str, Route],
    changes: tuple[VersionChange, ...],
) -> Iterator[str]:
    replaced = {name for change in changes for name in _list_replaced(change)}
    for name in sorted(before.keys() & after.keys()):
        if routes[name].name in replaced:
            continue
        yield from (
            f"{name}: {place}"
            for place in _differing_paths(_bare(before[name]), _bare(after[name]))
        )


def _list_replaced(change: VersionChange) -> Iterator[str]:
    yield from change.routes
    if change.older_routes is not None:
        for path, view in change.older_routes.path_operations.items():
            for operation in view.operations:
                yield from (f"{method} {path}" for method in operation.methods)


def _bare(operation: JsonObject) -> JsonObject:
    """Return an operation without its version header, which names another version, and without samples of bodies."""
    parameters = [p for p in operation.get("parameters", ()) if p.get("name") != VERSION_HEADER]
    bare = {**operation, "parameters": parameters}
    if body := operation.get("requestBody"):
        content = {
            kind: {name: part for name, part in described.items() if name != "example"}
            for kind, described in body["content"].items()
        }
        bare["requestBody"] = {**body, "content": content}
    return bare


def _frames(before: JsonObject, after: JsonObject) -> Iterator[str]:
    old, new = _frame(before), _frame(after)
    yield from _differing_paths(old, new)


def _frame(document: JsonObject) -> JsonObject:
    components = {name: part for name, part in document["components"].items() if name != "schemas"}
    # Only newer versions have two shapes of errors for 400: `VersionError` is that of the oldest version.
    components["responses"] = {
        n: r for n, r in components["responses"].items() if n != "BadRequest"
    }
    info = {name: part for name, part in document["info"].items() if name != "version"}
    return {**document, "components": components, "info": info, "paths": {}}


def _differing_paths(old: object, new: object, place: str = "") -> Iterator[str]:
    """Yield the paths at which two JSON values differ, as `properties.title.maxLength`."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            here = f"{place}.{name}".lstrip(".")
            if name in old and name in new:
                yield from _differing_paths(old[name], new[name], here)
            else:
                yield f"{here} is {'gone' if name in old else 'new'}"
    elif old != new:
        yield f"{place} differs"
