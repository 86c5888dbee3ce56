"""From a family's routers and the timeline to one `NinjaAPI`, one route table and one set of downgrades per version."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from typing import Any, get_args, get_origin

from django.http import HttpRequest
from ninja import NinjaAPI, Router
from ninja.operation import Operation
from pydantic import BaseModel

from api_v1.api import Api, JsonObject
from api_v1.http_errors import VERSION_HEADER
from api_v1.routing import Route, RouteTable, route_options_of
from api_v1.versioning.timeline import Json, Timeline, TimelineError, Version, VersionChange
from core.pages import Page

Step = Callable[[Json], Json]


class HappoNinjaAPI(NinjaAPI):
    """Ninja as we use it: it reads the declarations and writes the documents. The door does the serving."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the view's own name: it is unique in an API, and clients are generated from it."""
        return operation.view_func.__name__


class VersionedApi:
    """One family as one version of it speaks."""

    def __init__(self, family: Api, version: Version, *, timeline: Timeline) -> None:
        self.family = family
        self.name = version.name
        self.oldest = timeline.oldest
        self.headers = {VERSION_HEADER: version.name, **version.headers}
        self.all_changes = timeline.newer_changes(timeline.oldest, family=family.name)
        self.changes = timeline.newer_changes(version.name, family=family.name)
        self.ninja = _mount(family, version.name, timeline=timeline, changes=self.changes)
        routes = list(_routes(self.ninja))
        for route in routes:
            route.upgrade = _upgrades(route, self.changes)
            route.downgrade = _downgrades(route, self.changes)
        self.table = RouteTable(routes)

    def downgrade_error(self, body: JsonObject) -> JsonObject:
        """Return the head's error body as this version shows it."""
        return reduce(
            lambda older, change: change.downgrade_error(older), reversed(self.changes), body
        )


def build_apis(family: Api, timeline: Timeline) -> dict[str, VersionedApi]:
    """Return the family in each version, by name. Raise `TimelineError` where a change names what isn't there."""
    apis = {
        version.name: VersionedApi(family, version, timeline=timeline)
        for version in timeline.versions
    }
    names = {route.name for route in apis[timeline.head].table.routes}
    for change in timeline.newer_changes(timeline.oldest, family=family.name):
        if missing := set(change.routes) - names:
            raise TimelineError(
                f"{type(change).__name__} touches {', '.join(missing)}: no such route in the head"
            )
    return apis


def request_schema(route: Route) -> Any:  # Any: what the view's author wrote as an annotation
    """Return the type of the JSON body, or None."""
    if route.body_kind != "json" or route.body is None:
        return None
    return next(iter(route.body.model_fields.values())).annotation


def response_schema(route: Route) -> tuple[Any, bool]:  # Any: as above
    """Return the type of `data` (of its items, where the second value says that it is a list)."""
    annotation = _declared(route)
    if get_origin(annotation) in (list, Page):
        return get_args(annotation)[0], True
    return annotation, False


def is_paged(route: Route) -> bool:
    """Tell whether the route answers pages, whose cursor stands beside `data`."""
    return get_origin(_declared(route)) is Page


def _declared(route: Route) -> Any:  # Any: as above
    model = route.operation.response_models.get(200)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return None
    return model.model_fields["response"].annotation


def _mount(
    family: Api, version: str, *, timeline: Timeline, changes: tuple[VersionChange, ...]
) -> HappoNinjaAPI:
    api = HappoNinjaAPI(
        title=family.title,
        description=family.description,
        version=version,
        openapi_url=None,
        docs_url=None,
        urls_namespace=f"{family.name}-{version}",
    )
    taken: set[tuple[str, str]] = set()

    def keep(operation: Operation) -> bool:
        # What is mounted first wins: the routes of the change closest to this version, the head's last.
        keys = {(method, operation.path) for method in operation.methods}
        return not keys & taken and timeline.has(version, since=route_options_of(operation).since)

    older = [change.older_routes for change in changes if change.older_routes is not None]
    for router in [*older, *family.routers]:
        mounted = _selected(router, keep)
        operations = [
            operation for view in mounted.path_operations.values() for operation in view.operations
        ]
        taken |= {
            (method, operation.path) for operation in operations for method in operation.methods
        }
        api.add_router("", mounted)
    return api


def _selected(router: Router, keep: Callable[[Operation], bool]) -> Router:
    if router._routers:
        raise TimelineError(
            "Routers are flat here: nested ones would escape the selection by version"
        )
    selected = Router(auth=router.auth, tags=router.tags)
    for path, view in router.path_operations.items():
        kept = view.clone()
        kept.operations = [operation for operation in kept.operations if keep(operation)]
        if kept.operations:
            selected.path_operations[path] = kept
    return selected


def _routes(api: HappoNinjaAPI) -> Iterator[Route]:
    # Not public in ninja, but the only way to the operations that an API ended up with.
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                yield from (
                    Route(operation, method=method, path=path) for method in operation.methods
                )


def _upgrades(route: Route, changes: tuple[VersionChange, ...]) -> Step | None:
    schema = request_schema(route)
    _refuse_hidden_depths(schema, changes)
    steps = [
        change.upgrade
        for change in changes
        if route.name in change.routes or schema in change.schemas
    ]
    return partial(_through, steps) if steps else None


def _downgrades(route: Route, changes: tuple[VersionChange, ...]) -> Step | None:
    schema, is_list = response_schema(route)
    _refuse_hidden_depths(schema, changes)
    steps: list[Step] = []
    for change in reversed(changes):
        if route.name in change.routes:
            steps.append(change.downgrade)
        elif schema in change.schemas:
            steps.append(partial(_each if is_list else _one, change.downgrade))
    return partial(_through, steps) if steps else None


def _through(steps: Sequence[Step], body: Json) -> Json:
    return reduce(lambda value, step: step(value), steps, body)


def _each(step: Step, items: list[Json]) -> list[Json]:
    return [step(item) for item in items]


def _one(step: Step, body: Json) -> Json:
    # A newer change may have left nothing of it.
    return step(body) if isinstance(body, dict) else body


def _refuse_hidden_depths(schema: object, changes: tuple[VersionChange, ...]) -> None:
    """Raise for a change that names only a schema inside of the route's: it would never be asked."""
    inner = _inner_models(schema, set()) - {schema}
    for change in changes:
        lost = inner & set(change.schemas)
        if lost and schema not in change.schemas:
            raise TimelineError(
                f"{type(change).__name__} touches {lost} inside of {schema}: name that one too"
            )


def _inner_models(annotation: object, seen: set[object]) -> set[object]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in seen:
            seen.add(annotation)
            for field in annotation.model_fields.values():
                _inner_models(field.annotation, seen)
        return seen
    for argument in get_args(annotation):
        _inner_models(argument, seen)
    return seen


def api_version_sent(request: HttpRequest) -> str | None:
    """Return the version header as sent, or None; an empty one names a version too, that nobody offers."""
    sent: str | None = request.META.get("HTTP_X_HAPPO_API_VERSION")
    return None if sent is None else sent.strip()
