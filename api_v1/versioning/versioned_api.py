"""One API in one version: its `NinjaAPI`, its routes, and how bodies and errors are converted for older clients."""

from collections.abc import Callable, Iterator, Mapping
from functools import reduce

from ninja import NinjaAPI, Router
from ninja.operation import Operation
from ninja.params.models import ParamModel
from pydantic import BaseModel

from api_v1.api import Api, JsonObject
from api_v1.http_errors import VERSION_HEADER
from api_v1.routing import (
    JSON_LIMIT,
    READING_METHODS,
    UPLOAD_LIMIT,
    BodyKind,
    RouteTable,
    route_options_of,
)
from api_v1.versioning.shapes import Shape, downgrades, shape_of, upgrades
from api_v1.versioning.timeline import Timeline, TimelineError, Version
from core.errors import DomainError


class DeclarationsApi(NinjaAPI):
    """Ninja reads the declarations of routes and writes the documents; `ApiHandler` serves the requests."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the view's own name: it is unique in an API, and clients are generated from it."""
        return operation.view_func.__name__


class Route:
    """One method of one path in one version, with everything worked out that doesn't change between requests."""

    __slots__ = ("body", "body_kind", "downgrade", "limit", "method", "operation", "other_params",
                 "path", "path_params", "public", "query_names", "stores_replies", "upgrade",
                 "versioned_api", "versionless", "view", "write")  # fmt: skip

    def __init__(
        self, operation: Operation, *, method: str, path: str, versioned_api: "VersionedApi"
    ) -> None:
        options = route_options_of(operation)
        models: dict[str, type[ParamModel]] = {
            m.__ninja_param_source__: m for m in operation.models
        }
        self.operation = operation
        self.view = operation.view_func
        self.method, self.path = method, path
        self.versioned_api = versioned_api
        self.public = options.public
        self.versionless = options.versionless
        self.write = options.write if options.write is not None else method not in READING_METHODS
        # Public routes answer with tokens, which are never stored.
        self.stores_replies = self.write and not self.public and options.stores_replies
        self.path_params = models.pop("path", None)
        # None where unknown query parameters are ignored.
        self.query_names = (
            None if versioned_api.ignores_unknown_parameters else _names_of(models.get("query"))
        )
        self.body = models.pop("body", None)
        self.body_kind: BodyKind = (
            "form" if {"form", "file"} & models.keys() else "json" if self.body else "none"
        )
        self.limit = options.limit or (UPLOAD_LIMIT if self.body_kind == "form" else JSON_LIMIT)
        # Query, header, form and file parameters: ninja reads them.
        self.other_params = tuple(models.values())
        # None where the version has the head's shapes.
        self.upgrade = upgrades(self.request_shape, self.name, versioned_api.changes)
        self.downgrade = downgrades(self.response_shape, self.name, versioned_api.changes)

    @property
    def name(self) -> str:
        """Return e.g. `POST /positions/{position_id}`, as change classes and interceptors call it."""
        return f"{self.method} {self.path}"

    @property
    def request_shape(self) -> Shape:
        """Return the shape of the JSON body; its `item` is None where there is none."""
        if self.body_kind != "json" or self.body is None:
            return Shape(None)
        return shape_of(next(iter(self.body.model_fields.values())).annotation)

    @property
    def response_shape(self) -> Shape:
        """Return the shape of `data`."""
        model = self.operation.response_models.get(200)
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return Shape(None)
        return shape_of(model.model_fields["response"].annotation)


class VersionedApi:
    """One API as one version of it speaks."""

    def __init__(self, api: Api, version: Version, *, timeline: Timeline) -> None:
        self.api = api
        self.name = version.name
        self.oldest = timeline.oldest
        self.headers: Mapping[str, str] = {VERSION_HEADER: version.name, **version.headers}
        self.all_changes = timeline.newer_changes(timeline.oldest, api=api.name)
        self.changes = timeline.newer_changes(version.name, api=api.name)
        self.ignores_unknown_parameters = any(
            change.ignores_unknown_parameters for change in self.changes
        )
        self.ninja = _mount_routers(self, timeline)
        self.table = RouteTable(list(_make_routes(self)))

    def replace_error(self, error: DomainError) -> DomainError:
        """Return the error with which this version answers where the head answers with `error`."""
        return reduce(
            lambda newer, change: change.replace_error(newer), reversed(self.changes), error
        )

    def downgrade_error(self, body: JsonObject) -> JsonObject:
        """Return the head's error body as this version shows it."""
        return reduce(
            lambda older, change: change.downgrade_error(older), reversed(self.changes), body
        )


def build_versioned_apis(api: Api, timeline: Timeline) -> dict[str, VersionedApi]:
    """Return the API in each version, by the version's name.

    Raise `TimelineError` where a change names a route that the head doesn't have.
    """
    versioned_apis = {
        version.name: VersionedApi(api, version, timeline=timeline) for version in timeline.versions
    }
    names = {route.name for route in versioned_apis[timeline.head].table.routes}
    for change in timeline.newer_changes(timeline.oldest, api=api.name):
        if missing := set(change.routes) - names:
            raise TimelineError(
                f"{type(change).__name__} touches {', '.join(missing)}: no such route in the head"
            )
    return versioned_apis


def _names_of(parameters: type[ParamModel] | None) -> frozenset[str]:
    """Return the names of parameters as clients write them."""
    # Ninja sets the map on each model that it makes of a view's parameters.
    return frozenset(getattr(parameters, "__ninja_flatten_map__", ()))


def version_sent(meta: Mapping[str, str]) -> str | None:
    """Return the version header as sent (`meta`: the request's WSGI environment), or None where there is none.

    An empty header names a version too: one that is not offered.
    """
    sent = meta.get("HTTP_X_HAPPO_API_VERSION")
    return None if sent is None else sent.strip()


def _mount_routers(versioned_api: VersionedApi, timeline: Timeline) -> DeclarationsApi:
    api, version = versioned_api.api, versioned_api.name
    ninja = DeclarationsApi(
        title=api.title,
        description=api.description,
        version=version,
        openapi_url=None,
        docs_url=None,
        urls_namespace=f"{api.name}-{version}",
    )
    taken: set[tuple[str, str]] = set()

    def is_kept(operation: Operation) -> bool:
        # What is mounted first wins: the routes of the change closest to this version, the head's last.
        keys = {(method, operation.path) for method in operation.methods}
        return not keys & taken and timeline.has(version, since=route_options_of(operation).since)

    older = [change.older_routes for change in versioned_api.changes if change.older_routes]
    for router in [*older, *api.routers]:
        mounted = _select_operations(router, is_kept)
        operations = [
            operation for view in mounted.path_operations.values() for operation in view.operations
        ]
        taken |= {
            (method, operation.path) for operation in operations for method in operation.methods
        }
        ninja.add_router("", mounted)
    return ninja


def _select_operations(router: Router, is_kept: Callable[[Operation], bool]) -> Router:
    if router._routers:
        raise TimelineError(
            "Routers are flat here: nested ones would escape the selection by version"
        )
    selected = Router(auth=router.auth, tags=router.tags)
    for path, view in router.path_operations.items():
        kept = view.clone()
        kept.operations = [operation for operation in kept.operations if is_kept(operation)]
        if kept.operations:
            selected.path_operations[path] = kept
    return selected


def _make_routes(versioned_api: VersionedApi) -> Iterator[Route]:
    # Not public in ninja, but the only way to the operations that an API ended up with.
    for bound in versioned_api.ninja._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                yield from (
                    Route(operation, method=method, path=path, versioned_api=versioned_api)
                    for method in operation.methods
                )
