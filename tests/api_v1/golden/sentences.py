"""The sentences that clients may get, as the code has them, and those that golden replies show.

No test would notice a change of a sentence that no golden reply shows. So the sentences are read from the code itself:
a new one fails a test until a golden reply shows it.
"""

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import orjson

CODE: Final = Path(__file__).parents[3]
# Files that contain nothing but errors: clients may get each text of them.
WORDED: Final = (
    "core/messages.py",
    "api_v1/failures.py",
    "api_v1/http_errors.py",
    "api_v1/bodies.py",
)
# The sentences of problems, which `sentences` is given; those that only operators get; the names of statuses.
_NOT_FOR_CLIENTS: Final = (
    "PROBLEMS",
    "_PROBLEMS_FOR_OPERATORS",
    "message_for_operator",
    "REASONS",
    "STATUS_LINE_PHRASES",
)
# Here the domain gives the facts that `core.messages.message_for` puts into its sentences.
RAISING: Final = (
    "core/recruiting",
    "core/jobsearch",
    "core/idempotency",
    "core/limits",
    "tenants/files/links.py",
    "tenants/files/tenant_files.py",
)
# What a problem's sentence begins with: the body or the header as a whole, or a field as the client wrote it.
_FIELD: Final = r"(The body|[\w.\[\]]+|Idempotency-Key)"


@dataclass(frozen=True)
class ErrorText:
    """A sentence of an error reply. `code`: the problem's; "" for JobHax, which has none; None for the whole error."""

    words: str
    code: str | None = None


@dataclass(frozen=True)
class Sentence:
    """`words`: as the code has them, with `{}` for each fact. `code`: a problem's, None for another error."""

    words: str
    code: str | None = None

    def is_in(self, text: ErrorText) -> bool:
        """Return whether the text of an error has the sentence."""
        words = ".+".join(map(re.escape, self.words.split("{}")))
        if self.code is None:
            return re.search(words, text.words) is not None
        return (
            text.code in (self.code, "")
            and re.fullmatch(f"{_FIELD} {words}", text.words) is not None
        )


def sentences(
    problems: Mapping[str, str], *, texts: Mapping[str, str] | None = None
) -> list[Sentence]:
    """Return every sentence of the code; `texts` are files that are read in place of those that are there."""
    read = {**_files(), **(texts or {})}
    found = [Sentence(_blank(words), code) for code, words in problems.items()]
    for path, text in read.items():
        found += _sentences_of(path, text)
    return list(dict.fromkeys(found))


@cache
def _sentences_of(path: str, text: str) -> Sequence[Sentence]:
    tree = ast.parse(text)
    words_of_file = _prose(tree) if path in WORDED else _facts(tree)
    return [Sentence(_blank(words)) for words in words_of_file]


def missing_from(wanted: Iterable[Sentence], texts: Iterable[ErrorText]) -> list[Sentence]:
    """Return those that are in no reply."""
    replies = frozenset(texts)
    return [sentence for sentence in wanted if not _is_in_one(sentence, replies)]


@cache
def _is_in_one(sentence: Sentence, texts: frozenset[ErrorText]) -> bool:
    return any(map(sentence.is_in, texts))


def error_texts_in(golden: str) -> Iterator[ErrorText]:
    """Return the texts of the errors in the replies of a golden script."""
    for line in golden.splitlines():
        if line.startswith('{"success":false'):
            yield ErrorText(orjson.loads(line)["error_message"], code="")
        elif line.startswith('{"statusCode":'):
            body = orjson.loads(line)
            yield from (ErrorText(body["error"]), ErrorText(body["message"]))
            yield from (
                ErrorText(problem["message"], problem["code"]) for problem in body.get("errors", ())
            )


def _blank(template: str) -> str:
    return re.sub(r"{\w+}", "{}", template)


@cache
def _files() -> Mapping[str, str]:
    """Return the text of each file whose sentences clients may get."""
    places = [CODE / place for place in (*WORDED, *RAISING)]
    files = [
        file
        for path in places
        for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])
    ]
    return {str(file.relative_to(CODE)): file.read_text() for file in files}


def _prose(tree: ast.AST) -> Iterator[str]:
    """Return the texts of several words, but for docstrings and texts that programmers or operators get."""
    if _names(tree) & set(_NOT_FOR_CLIENTS):
        return
    if (
        isinstance(tree, ast.Raise)
        and isinstance(tree.exc, ast.Call)
        and _is_builtin(tree.exc.func)
    ):
        return
    if isinstance(tree, ast.Constant | ast.JoinedStr):
        if len((words := _words(tree)).replace("{}", "").split()) > 1:
            yield words
        return
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from _prose(child)


def _names(tree: ast.AST) -> set[str]:
    match tree:
        case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def _is_builtin(name: ast.expr) -> bool:
    return isinstance(name, ast.Name) and hasattr(builtins, name.id)


def _words(text: ast.expr) -> str:
    if isinstance(text, ast.JoinedStr):
        return "".join(map(_words, text.values))
    return text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) else "{}"


def _facts(tree: ast.AST) -> Iterator[str]:
    """Return the sentences that `core.messages.message_for` makes of the errors raised here, and of the verbs."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        facts = [node.value for node in call.args if isinstance(node, ast.Constant)]
        named = {word.arg: _words(word.value) for word in call.keywords}
        kind = str(named.get("kind") or (facts[0] if facts else "")).replace("_", " ")
        match call.func:
            case ast.Name("NotFound") if facts:
                yield f"{kind.capitalize()} not found"
            case ast.Name("Conflict"):
                yield f"{kind.capitalize()} {named.get('reason') or facts[-1]}"
            case ast.Name("Forbidden") if len(facts) == 2:
                yield "You may not {} this {}".format(*facts)
            case _ if "action" in named:
                yield f"You may not {named['action']} this "
