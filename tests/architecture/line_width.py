"""Lines of code have up to 100 columns; comments and docstrings up to 120, which ruff checks."""

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from tests.architecture.source import Source

CODE_COLUMNS: Final = 100


def wide_lines(source: Source) -> list[int]:
    """Return the numbers of the lines whose code is too wide; the comment at the end of a line isn't counted."""
    wide = {n for n, line in enumerate(source.lines, start=1) if len(line) > CODE_COLUMNS}
    # Most files have none, or docstrings alone: to read their syntax and words takes long.
    if wide:
        wide -= _docstring_lines(source.tree)
    comments = _comment_columns(source.text) if wide else {}
    return [
        number
        for number in sorted(wide)
        if len(source.lines[number - 1][: comments.get(number)].rstrip()) > CODE_COLUMNS
    ]


def count_wide_lines(sources: Iterable[Source]) -> dict[str, int]:
    """Return how many such lines each file has, without the files that have none."""
    counts = {source.path: len(wide_lines(source)) for source in sources}
    return {path: count for path, count in sorted(counts.items()) if count}


def excess(found: Mapping[str, int], *, allowed: Mapping[str, int]) -> dict[str, int]:
    """Return the files with more wide lines than are allowed, and how many more."""
    return dict(Counter(found) - Counter(allowed))


def _docstring_lines(tree: ast.Module) -> set[int]:
    defined = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, defined) and ast.get_docstring(node, clean=False) is not None:
            docstring = node.body[0]
            lines.update(range(docstring.lineno, (docstring.end_lineno or docstring.lineno) + 1))
    return lines


def _comment_columns(text: str) -> dict[int, int]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.start[0]: token.start[1] for token in tokens if token.type == tokenize.COMMENT}
