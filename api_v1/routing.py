"""What the author of a route declares beside what ninja knows, and how a path finds its route."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, Literal, Protocol, TypeVar

from ninja.operation import Operation

from api_v1.http_errors import MethodNotAllowed, PathUnknown
from core.recruiting.limits import MAX_ATTACHMENT_BYTES

KB: Final = 1024
JSON_LIMIT: Final = 1024 * KB
BULK_LIMIT: Final = 6 * 1024 * KB
# The largest attachment, and room for the form around it.
UPLOAD_LIMIT: Final = MAX_ATTACHMENT_BYTES + 64 * KB

READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
BodyKind = Literal["none", "json", "form"]

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class RouteOptions:
    """What the author of a route may declare beside ninja's own options. Sizes in bytes."""

    limit: int | None = None
    write: bool | None = None
    public: bool = False
    since: str | None = None
    versionless: bool = False
    stores_replies: bool = True


def route_options(
    *,
    limit: int | None = None,
    write: bool | None = None,
    public: bool = False,
    since: str | None = None,
    versionless: bool = False,
    stores_replies: bool = True,
) -> Callable[[View], View]:
    """Return a decorator that declares the options of a route; it is written below ninja's decorator.

    `limit`: how many bytes a body may have (default `JSON_LIMIT`; for a form `UPLOAD_LIMIT`). `write`: the route needs
    a credential that may write (default: all methods but GET). `public`: the route needs no credential; the view opens
    the tenant's scope itself. `since`: the first version that has this route. `versionless`: the oldest version answers
    requests without a version header, e.g. of a link that a browser follows. `stores_replies`: whether a write takes an
    idempotency key, whose transaction encloses the view; False where the view counts attempts, which no rollback may
    undo.
    """

    def mark(view: View) -> View:
        view.route_options = RouteOptions(limit, write, public, since, versionless, stores_replies)  # type: ignore[attr-defined]
        return view

    return mark


def route_options_of(operation: Operation) -> RouteOptions:
    """Return what the author of the operation declared, or the defaults."""
    return getattr(operation.view_func, "route_options", None) or RouteOptions()


class Routable(Protocol):
    """One method of one path."""

    @property
    def method(self) -> str: ...

    @property
    def path(self) -> str: ...

    @property
    def name(self) -> str: ...


R = TypeVar("R", bound=Routable)


class _Node(Generic[R]):
    __slots__ = ("any", "literal", "names", "routes")

    def __init__(self) -> None:
        self.literal: dict[str, _Node[R]] = {}
        self.any: _Node[R] | None = None
        self.names: tuple[str, ...] = ()
        self.routes: dict[str, R] = {}


class RouteTable(Generic[R]):
    """Paths of one version as a tree: a literal part wins over a parameter, a path costs one look-up per part."""

    def __init__(self, routes: list[R]) -> None:
        self._root: _Node[R] = _Node()
        self.routes = tuple(routes)
        for route in routes:
            self._add(route)

    def find(self, method: str, path: str) -> tuple[R, dict[str, str]]:
        """Return the route and the path's parameters; raise `PathUnknown` or `MethodNotAllowed`.

        HEAD finds the route of GET. OPTIONS has no route: it raises `MethodNotAllowed` too.
        """
        node, values = self._leaf(path)
        route = node.routes.get(method) or (node.routes.get("GET") if method == "HEAD" else None)
        if route is None:
            raise MethodNotAllowed(_allowed(node))
        return route, dict(zip(node.names, values, strict=True))

    def allowed(self, path: str) -> tuple[str, ...]:
        """Return the methods of a path; raise `PathUnknown`."""
        return _allowed(self._leaf(path)[0])

    def _leaf(self, path: str) -> tuple[_Node[R], list[str]]:
        found = _walk(self._root, path.split("/"), 1, [])
        if found is None or "\0" in path:
            raise PathUnknown
        return found

    def _add(self, route: R) -> None:
        node, names = self._root, []
        for part in route.path.split("/")[1:]:
            if part.startswith("{"):
                names.append(part.strip("{}").rpartition(":")[2])
                node.any = node = node.any or _Node()
            else:
                node = node.literal.setdefault(part, _Node())
        if node.routes.get(route.method) or (node.routes and node.names != tuple(names)):
            raise ValueError(
                f"{route.name} is declared twice,"
                " or another method of its path names the parameters differently"
            )
        node.names = tuple(names)
        node.routes[route.method] = route


def _walk(
    node: _Node[R], parts: list[str], at: int, values: list[str]
) -> tuple[_Node[R], list[str]] | None:
    if at == len(parts):
        return (node, values) if node.routes else None
    literal = node.literal.get(parts[at])
    if literal is not None and (found := _walk(literal, parts, at + 1, values)):
        return found
    if node.any is None or not parts[at]:
        return None
    return _walk(node.any, parts, at + 1, [*values, parts[at]])


def _allowed(node: _Node[R]) -> tuple[str, ...]:
    def methods() -> Iterator[str]:
        yield from node.routes
        yield "OPTIONS"
        if "GET" in node.routes:
            yield "HEAD"

    return tuple(sorted(methods()))
