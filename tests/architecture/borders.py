"""Rules on what each package may do: tenants, the environment, the ORM, versions."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import Source, Violation

OTHER_WAYS_IN = frozenset(
    (
        "schema_context",
        "tenant_context",
        "set_tenant",
        "set_schema",
        "set_schema_to_public",
        "TenantMainMiddleware",
    )
)
HTTP_NAMES = frozenset(
    (
        "HttpRequest",
        "HttpResponse",
        "JsonResponse",
        "status_code",
        "http_status",
        "envelope",
        "content_type_header",
    )
)
_ORM = frozenset(("objects", "_meta", "_default_manager"))
_ORM_CALLS = frozenset(("cursor", "save", "refresh_from_db", "select_related", "prefetch_related"))
_ORDER = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_CAMEL_CASE = re.compile(r"\b[a-z]+[A-Z][a-z]\w*")
VERSION = re.compile(r"v\d{8}")
RENEWED_AT_EXIT = frozenset(("contextmanager", "asynccontextmanager", "fixture"))


def only_tenant_scope_changes_the_tenant(source: Source) -> Iterator[Violation]:
    """The library's own ways into a tenant swap tenants between threads."""
    # There the library is used as its documentation shows, to be compared with.
    if source.path.startswith("benchmarks/plain/"):
        return
    for node in source.nodes:
        if isinstance(node, ast.With | ast.AsyncWith):
            entered = [_last_name(item.context_expr) for item in node.items]
            if any(name is not None and re.fullmatch(r"(.*_)?tenant", name) for name in entered):
                yield Violation(
                    source.path, node.lineno, "`with tenant:` is not `with tenant_scope(tenant):`"
                )
        elif (
            isinstance(node, ast.Call)
            and _last_name(node.func) == "activate"
            and not (node.args or node.keywords)
        ):
            yield Violation(source.path, node.lineno, "activate() is not allowed: use tenant_scope")
        name = _name_of(node)
        if name in OTHER_WAYS_IN:
            yield Violation(
                source.path, getattr(node, "lineno", 1), f"{name} is not allowed: use tenant_scope"
            )


def scopes_do_not_span_a_yield(source: Source) -> Iterator[Violation]:
    """A generator that stops inside a scope leaves its caller in it; only context managers are always resumed."""
    for function in source.functions:
        if RENEWED_AT_EXIT & {_last_name(_called(one)) or "" for one in function.decorator_list}:
            continue
        for node in _own_nodes(function):
            if isinstance(node, ast.With) and any(
                _last_name(_called(item.context_expr)) in ("tenant_scope", "public_scope")
                for item in node.items
            ):
                inside = [part for statement in node.body for part in _own_nodes(statement)]
                if any(isinstance(part, ast.Yield | ast.YieldFrom) for part in inside):
                    yield Violation(
                        source.path, node.lineno, "yields from within a scope: collect first"
                    )


def only_tenants_uses_the_drivers_connection(source: Source) -> Iterator[Violation]:
    """The driver's own connection knows nothing of scopes and roles."""
    if source.package in ("tests", "benchmarks") or source.path.startswith("tenants/"):
        return
    for node in source.nodes:
        if (
            isinstance(node, ast.Attribute)
            and node.attr == "connection"
            and _last_name(node.value) == "connection"
        ):
            yield Violation(
                source.path, node.lineno, "the driver's connection: execute through Django's cursor"
            )


def only_config_reads_the_environment(source: Source) -> Iterator[Violation]:
    """Configuration is read once, at the edge."""
    if (
        source.package in ("config", "tests", "benchmarks", "examples")
        # The kit watches who reads it.
        or source.path in ("manage.py", "providers/conformance/mail_sources/environment.py")
    ):
        return
    for node in source.nodes:
        from_os = isinstance(node, ast.ImportFrom) and node.module == "os"
        names = [alias.name for alias in node.names] if from_os else []
        if isinstance(node, ast.Attribute) and _last_name(node.value) == "os":
            names = [node.attr]
        if {"environ", "environb", "getenv"} & set(names):
            yield Violation(source.path, node.lineno, "reads the environment: only config does")


def routes_know_no_orm(source: Source) -> Iterator[Violation]:
    """Routes parse, call, return; queries and services ask the database."""
    if source.package != "api_v1":
        return
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models"):
            yield Violation(source.path, node.lineno, f"imports {node.module}")
        asked = node.func if isinstance(node, ast.Call) else node
        if isinstance(asked, ast.Attribute) and asked.attr in (
            _ORM if asked is node else _ORM_CALLS
        ):
            yield Violation(
                source.path, node.lineno, f".{asked.attr}: leave it to queries and services"
            )


def the_domain_knows_no_http(source: Source) -> Iterator[Violation]:
    """Facts and their sentences in the domain; statuses and error codes at the edge."""
    # An `admin.py` says to Django's admin what it shows, in Django's words.
    if source.package != "core" or source.path.endswith("/admin.py"):
        return
    for node in source.nodes:
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        if module.startswith(("django.http", "django.urls", "ninja", "django.views")):
            yield Violation(source.path, node.lineno, f"imports {module}")
        name = _name_of(node)
        if name in HTTP_NAMES:
            yield Violation(
                source.path, getattr(node, "lineno", 1), f"{name} is a word of the edge"
            )


def the_domain_knows_no_json_keys(source: Source) -> Iterator[Violation]:
    """An API passes its shape to the queries: no text of recruiting has a camelCase word."""
    if not source.path.startswith("core/recruiting/"):
        return
    docstrings = set(map(id, _docstrings(source.tree)))
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            key = _CAMEL_CASE.search(node.value)
            if key and id(node) not in docstrings:
                yield Violation(source.path, node.lineno, f"{key[0]} is a JSON key of an API")


def versions_differ_in_change_classes_alone(source: Source) -> Iterator[Violation]:
    """Code speaks only the head: nothing is compared with a version."""
    if source.package in ("tests", "benchmarks", "examples"):
        return
    for node in source.nodes:
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        constants = [side.value for side in sides if isinstance(side, ast.Constant)]
        named = any(VERSION.fullmatch(str(constant)) for constant in constants)
        if named or (
            not constants and _last_name(node.left) == "version" and isinstance(node.ops[0], _ORDER)
        ):
            yield Violation(source.path, node.lineno, "depends on a version: write a VersionChange")


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                yield first.value


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield `node` and what is in it, but nothing of functions that are defined in it."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(
            child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.GeneratorExp
        ):
            yield from _own_nodes(child)


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _last_name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _name_of(node: ast.AST) -> str | None:
    if isinstance(node, ast.alias):
        return node.name.rpartition(".")[2]
    if isinstance(node, ast.keyword):
        return node.arg
    return _last_name(node)
