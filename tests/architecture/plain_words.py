"""Words that leave open who acts. A sentence has to name the actor in their place."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from typing import Final

from tests.architecture.source import Source

_RIDDLES: Final = re.compile(
    r"(?<![A-Za-z])(?i:nobody|somebody|whoever|of one's own)(?![A-Za-z])"
    r"|(?<=[a-z])(?:Nobody|Somebody|Whoever)(?![a-z])"
)
PROSE: Final = frozenset((".md", ".toml", ".sh", ".html", ".js", ".css", ""))


def riddles(text: str) -> list[str]:
    """Return such words in a text. A name has several words: `who_is_nobody`, `ClaimsSomebodyElse`."""
    return _RIDDLES.findall(text)


def riddles_in(source: Source) -> list[str]:
    """Return such words in a Python file; the texts in tests are samples, of which docstrings alone count."""
    if not riddles(source.text):
        # Nearly all files: to read their syntax takes long.
        return []
    return [word for text in _written(source) for word in riddles(text)]


def _written(source: Source) -> Iterator[str]:
    if source.package != "tests":
        yield source.text
        return
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type in (tokenize.NAME, tokenize.COMMENT):
            yield token.string
    for node in source.nodes:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node, clean=False) or ""
