"""Routes: what their authors say of them, and how a path finds its route."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from ninja.operation import Operation
from ninja.params.models import ParamModel

from api_v1.http_errors import MethodNotAllowed, PathUnknown

KB: Final = 1024
JSON_LIMIT: Final = 1024 * KB
BULK_LIMIT: Final = 6 * 1024 * KB
# The largest attachment, and room for the form around it.
UPLOAD_LIMIT: Final = (5 * 1024 + 64) * KB

READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
BodyKind = Literal["none", "json", "form"]

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class RouteOptions:
    """What a route's author may say beside what ninja asks. Sizes in bytes."""

    limit: int | None = None
    write: bool | None = None
    public: bool = False
    since: str | None = None
    versionless: bool = False


def route_options(
    *,
    limit: int | None = None,
    write: bool | None = None,
    public: bool = False,
    since: str | None = None,
    versionless: bool = False,
) -> Callable[[View], View]:
    """Say what is special about a route; stands below ninja's decorator.

    `limit`: how many bytes a body may have (1 MB; a form 5 MB and 64 kB). `write`: needs a credential that may write
    (all methods but GET do). `public`: no credential; the view opens the tenant's scope itself. `since`: the first
    version that has this route. `versionless`: answered without a version header too, by the oldest version: for links
    that a browser follows.
    """

    def mark(view: View) -> View:
        view.route_rules = RouteOptions(limit, write, public, since, versionless)  # type: ignore[attr-defined]
        return view

    return mark


def route_options_of(operation: Operation) -> RouteOptions:
    """Return what the author of the operation said, or the defaults."""
    return getattr(operation.view_func, "route_rules", None) or RouteOptions()


class Route:
    """One method of one path in one version, with everything worked out that doesn't change between requests."""

    __slots__ = ("body", "body_kind", "downgrade", "limit", "method", "operation", "others", "path",
                 "path_model", "public", "upgrade", "versionless", "view", "write")  # fmt: skip

    def __init__(self, operation: Operation, *, method: str, path: str) -> None:
        author = route_options_of(operation)
        models: dict[str, type[ParamModel]] = {
            m.__ninja_param_source__: m for m in operation.models
        }
        self.operation = operation
        self.view = operation.view_func
        self.method, self.path = method, path
        self.public = author.public
        self.versionless = author.versionless
        self.write = author.write if author.write is not None else method not in READING_METHODS
        self.path_model = models.pop("path", None)
        self.body = models.pop("body", None)
        self.body_kind: BodyKind = (
            "form" if {"form", "file"} & models.keys() else "json" if self.body else "none"
        )
        self.limit = author.limit or (UPLOAD_LIMIT if self.body_kind == "form" else JSON_LIMIT)
        # Query, header, form and file parameters: ninja reads them.
        self.others = tuple(models.values())
        # Any: JSON on its way in and out. Set by the version that the route is in; None where shapes are the head's.
        self.upgrade: Callable[[Any], Any] | None = None
        self.downgrade: Callable[[Any], Any] | None = None

    @property
    def name(self) -> str:
        """Return e.g. `POST /positions/{position_id}`, as change classes and wrappers call it."""
        return f"{self.method} {self.path}"


class _Node:
    __slots__ = ("any", "literal", "names", "routes")

    def __init__(self) -> None:
        self.literal: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.names: tuple[str, ...] = ()
        self.routes: dict[str, Route] = {}


class RouteTable:
    """Paths of one version as a tree: a literal part wins over a parameter, a path costs one look-up per part."""

    def __init__(self, routes: list[Route]) -> None:
        self._root = _Node()
        self.routes = tuple(routes)
        for route in routes:
            self._add(route)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and the path's parameters; raise `PathUnknown` or `MethodNotAllowed`.

        HEAD finds GET's route. OPTIONS is no route: it is `MethodNotAllowed` too, whose `Allow` is the answer.
        """
        node, values = self._leaf(path)
        route = node.routes.get(method) or (node.routes.get("GET") if method == "HEAD" else None)
        if route is None:
            raise MethodNotAllowed(_allowed(node))
        return route, dict(zip(node.names, values, strict=True))

    def allowed(self, path: str) -> tuple[str, ...]:
        """Return the methods of a path; raise `PathUnknown`."""
        return _allowed(self._leaf(path)[0])

    def _leaf(self, path: str) -> tuple[_Node, list[str]]:
        found = _walk(self._root, path.split("/"), 1, [])
        if found is None or "\0" in path:
            raise PathUnknown
        return found

    def _add(self, route: Route) -> None:
        node, names = self._root, []
        for part in route.path.split("/")[1:]:
            if part.startswith("{"):
                names.append(part.strip("{}").rpartition(":")[2])
                node.any = node = node.any or _Node()
            else:
                node = node.literal.setdefault(part, _Node())
        if node.routes.get(route.method) or (node.routes and node.names != tuple(names)):
            raise ValueError(
                f"{route.name} is there twice, or its parameters have other names beside another method"
            )
        node.names = tuple(names)
        node.routes[route.method] = route


def _walk(
    node: _Node, parts: list[str], at: int, values: list[str]
) -> tuple[_Node, list[str]] | None:
    if at == len(parts):
        return (node, values) if node.routes else None
    literal = node.literal.get(parts[at])
    if literal is not None and (found := _walk(literal, parts, at + 1, values)):
        return found
    if node.any is None or not parts[at]:
        return None
    return _walk(node.any, parts, at + 1, [*values, parts[at]])


def _allowed(node: _Node) -> tuple[str, ...]:
    def methods() -> Iterator[str]:
        yield from node.routes
        yield "OPTIONS"
        if "GET" in node.routes:
            yield "HEAD"

    return tuple(sorted(methods()))
