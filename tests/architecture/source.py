"""The project's files, as the rules read them."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """One Python file: `path` is relative to the project, with `/` between its parts."""

    path: str
    text: str

    @property
    def package(self) -> str:
        """The folder at the top: `core`, `tests`."""
        return self.path.partition("/")[0]

    @cached_property
    def lines(self) -> list[str]:
        """Its lines; the first is at index 0."""
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text, filename=self.path)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of the tree: many rules look at each, and to walk through the tree takes as long as to parse it."""
        return list(ast.walk(self.tree))

    @cached_property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method, nested ones too."""
        return [
            node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]


@dataclass(frozen=True)
class Violation:
    """Where a rule is broken, and how."""

    path: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}"


def tracked_files() -> Iterator[Path]:
    """Yield every file of the repository that is, or is about to be, under version control."""
    git = shutil.which("git")
    # An unpacked archive has no repository, and some machines no git: then all that is there counts.
    names = _known_to(git) if git and (ROOT / ".git").exists() else _unpacked()
    yield from (ROOT / name for name in names if (ROOT / name).is_file())


def _known_to(git: str) -> list[str]:
    command = [git, "ls-files", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()


def _unpacked() -> list[str]:
    hidden = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
    return [
        str(path)
        for path in hidden
        if not any(part.startswith((".", "__")) for part in path.parts[:-1])
    ]


def python_sources() -> list[Source]:
    """Return the Python files, but for migrations, which Django writes."""
    paths = (
        path
        for path in tracked_files()
        if path.suffix == ".py" and path.parent.name != "migrations"
    )
    return [Source(path.relative_to(ROOT).as_posix(), path.read_text()) for path in paths]
