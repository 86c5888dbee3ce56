"""Rules on how long things are, what they are called, and what is said about them."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import Source, Violation

FILE_LINES, FUNCTION_LINES = 350, 60
# A test file is a list, which is not read from beginning to end.
TEST_FILE_LINES = 400
# These names don't tell what a module contains.
EMPTY_WORDS = frozenset(("util", "utils", "helper", "helpers", "manager", "managers", "misc"))
EMPTY_NAMES = frozenset(("data", "process", "common", "stuff"))
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
CODE = frozenset(("config", "api_v1", "tenants", "core", "providers", "plugins"))


def files_are_short(source: Source) -> Iterator[Violation]:
    """A file has at most 350 lines."""
    limit = TEST_FILE_LINES if source.package == "tests" else FILE_LINES
    if len(source.lines) > limit:
        yield Violation(
            source.path,
            1,
            f"{len(source.lines)} lines, {limit} at most: split it where a reader would",
        )


def functions_are_short(source: Source) -> Iterator[Violation]:
    """A function has at most 60 lines."""
    for function in source.functions:
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES:
            yield Violation(
                source.path,
                function.lineno,
                f"{function.name} has {lines} lines, {FUNCTION_LINES} at most",
            )


def names_say_something(source: Source) -> Iterator[Violation]:
    """No file, class or function is a `utils`, `helper`, `manager`, `data`, `process`."""
    if source.package not in CODE:
        return
    stem = source.path.rpartition("/")[2].removesuffix(".py")
    defined = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    named = [
        (1, stem),
        *((node.lineno, node.name) for node in source.nodes if isinstance(node, defined)),
    ]
    for line, name in named:
        words = {word.lower() for word in _WORD.findall(name)}
        if words & EMPTY_WORDS or name.lower() in EMPTY_NAMES:
            yield Violation(source.path, line, f"{name} says nothing of what it is")


def nothing_is_left_undone(source: Source) -> Iterator[Violation]:
    """No comment marks unfinished work."""
    for number, line in enumerate(source.lines, start=1):
        if UNFINISHED.search(line):
            yield Violation(source.path, number, "unfinished: do it, or open an issue")


def everything_is_annotated(source: Source) -> Iterator[Violation]:
    """Every parameter and result has a type."""
    if source.package not in CODE:
        return
    for function in source.functions:
        parameters = function.args
        all_of_them = [
            *(parameters.posonlyargs + parameters.args + parameters.kwonlyargs),
            *(extra for extra in (parameters.vararg, parameters.kwarg) if extra is not None),
        ]
        bare = [
            one.arg
            for one in all_of_them
            if one.annotation is None and one.arg not in ("self", "cls")
        ]
        if bare:
            yield Violation(
                source.path, function.lineno, f"{function.name}: no type for {', '.join(bare)}"
            )
        if function.returns is None:
            yield Violation(
                source.path, function.lineno, f"{function.name}: no type for what it returns"
            )


def any_has_a_reason(source: Source) -> Iterator[Violation]:
    """Where something is `Any`, a comment at that place says why."""
    if source.package not in CODE:
        return
    for statement in source.nodes:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            annotations = _annotations(statement)
            last = statement.body[0].lineno - 1
        elif isinstance(statement, ast.AnnAssign):
            annotations, last = [statement.annotation], statement.end_lineno or statement.lineno
        else:
            continue
        if not any(_names_any(annotation) for annotation in annotations):
            continue
        around = source.lines[max(statement.lineno - 3, 0) : max(last, statement.lineno)]
        if not any("#" in line and "Any" in line.partition("#")[2] for line in around):
            yield Violation(source.path, statement.lineno, "Any, and no comment `# Any: why`")


def _annotations(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    parameters = function.args
    every = [
        *parameters.posonlyargs,
        *parameters.args,
        *parameters.kwonlyargs,
        parameters.vararg,
        parameters.kwarg,
    ]
    found = [one.annotation for one in every if one is not None] + [function.returns]
    return [annotation for annotation in found if annotation is not None]


def _names_any(annotation: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(annotation))
