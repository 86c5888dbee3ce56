"""`make bench` takes hours on a quiet machine: a name that was moved away from it is found here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BASELINE = "benchmarks.plain"
MODULES = sorted(
    str(path.relative_to(ROOT))
    for path in (ROOT / "benchmarks").glob("*.py")
    if path.stem[0] != "_"
)


def list_imported_names(source: str) -> Iterator[tuple[str, str]]:
    """Yield each name that is imported, with its module, also where a function imports it."""
    for node in ast.walk(ast.parse(source)):
        # The baseline's models belong to a Django project of their own.
        if isinstance(node, ast.ImportFrom) and not (node.module or "").startswith(BASELINE):
            yield from ((node.module or "", alias.name) for alias in node.names)


@pytest.mark.parametrize("path", [*MODULES, "benchmarks/__main__.py"])
def test_a_benchmark_imports_what_there_is(path: str) -> None:
    missing = []
    for module, name in list_imported_names((ROOT / path).read_text()):
        imported = import_module(module)
        if not hasattr(imported, name):
            try:
                import_module(f"{module}.{name}")
            except ModuleNotFoundError:
                missing.append(f"{module}.{name}")
    assert not missing
