"""Refuse SQL that would change the tenant's role or end its transaction without the wrapper's knowledge.

PostgreSQL can't refuse it: a session may always reset its role, and any `ROLLBACK` undoes `SET`. So the application's
role executes one statement at a time, of a kind that works with rows. The text is tokenised like PostgreSQL does it, so
that strings, quoted names and (nested) comments neither hide nor imitate a statement.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

_TOKEN = re.compile(
    r"""
      (?P<string>   [eE]'(?:[^'\\]|''|\\.)*' | '(?:[^']|'')*' )
    | (?P<dollar>   \$(?P<tag>[^\W\d]\w*)?\$.*?\$(?P=tag)\$ | \$\$.*?\$\$ )
    | (?P<escaped>  [uU]&["'] )
    | (?P<quoted>   "(?:[^"]|"")*" )
    | (?P<word>     [^\W\d][\w$]* )
    | (?P<comment>  --[^\n\r]* | /\* )
    | (?P<end>      ; )
    | (?P<open>     ['"] | \$(?:[^\W\d]\w*)?\$ )
    | (?P<sign>     [^\s(] )
    """,
    re.VERBOSE | re.DOTALL,
)
# Without any of these, the first word decides. That takes a microsecond for most of Django's statements.
_NEEDS_READING = re.compile(r"[;'$&]|--|/\*|set_config", re.IGNORECASE)
_FIRST_WORD = re.compile(r"[\s(]*([^\W\d][\w$]*)")
_COMMENT_MARK = re.compile(r"/\*|\*/")
_WORK_WITH_ROWS = frozenset(
    (
        "select",
        "insert",
        "update",
        "delete",
        "merge",
        "with",
        "values",
        "table",
        "explain",
        "lock",
        "show",
        "notify",
    )
)
# After `SET` or `SET LOCAL`: settings that change neither role nor search path (`SCHEMA` would).
_HARMLESS_SETTINGS = frozenset(
    ("constraints", "transaction", "statement_timeout", "lock_timeout", "synchronous_commit")
)
# Django's savepoints, by their generated names; the wrapper forgets its state after a rollback to one.
_SAVEPOINT = re.compile(r'(?:SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT) "s\d+_x\d+"')
# Characters. Longer statements are not cached, so that the cache can't fill the memory.
_CACHED_LENGTH = 20_000

Execute = Callable[
    [Any, Any, bool, dict[str, Any]], Any
]  # Any: statements and results are the driver's


class SessionChangeRefused(PermissionError):
    """Application code tried to run a statement that doesn't only work with rows."""


def changes_session(statement: str) -> bool:
    """Tell whether `statement` could change role, search path or transaction, or is more than one statement."""
    return _cached(statement) if len(statement) <= _CACHED_LENGTH else _changes_session(statement)


def refuse_session_changes(
    execute: Execute, statement: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:  # Any: as in `Execute`
    """Run `statement` unless it could change the role; one of Django's execute wrappers."""
    if changes_session(statement if isinstance(statement, str) else statement.as_string(None)):
        raise SessionChangeRefused(
            "Run one statement at a time that works with rows; use tenant_scope for another tenant."
        )
    return execute(statement, params, many, context)


def _changes_session(statement: str) -> bool:
    first = _FIRST_WORD.match(statement)
    if first and first[1].lower() in _WORK_WITH_ROWS and not _NEEDS_READING.search(statement):
        return False
    if _SAVEPOINT.fullmatch(statement):
        return False
    words: list[str] = []
    ended = False
    for kind, text in _tokens(statement):
        # Honest code doesn't write a name in Unicode escapes.
        if ended or kind in ("open", "escaped"):
            return True
        if kind == "end":
            ended = bool(words)
        elif kind == "sign" and not words:
            return True
        elif kind in ("word", "quoted"):
            name = text.lower() if kind == "word" else text[1:-1]
            if name == "set_config":
                return True
            words.append(name)
    return bool(words) and not _is_allowed(words)


_cached = lru_cache(maxsize=4096)(_changes_session)


def _is_allowed(words: list[str]) -> bool:
    if words[0] in _WORK_WITH_ROWS:
        return True
    setting = words[2] if words[1:2] == ["local"] and len(words) > 2 else "".join(words[1:2])
    return words[0] == "set" and setting in _HARMLESS_SETTINGS


def _tokens(statement: str) -> Iterator[tuple[str, str]]:
    position = 0
    while match := _TOKEN.search(statement, position):
        position = match.end()
        kind = match.lastgroup if match.lastgroup != "tag" else "dollar"
        if match["comment"] == "/*":
            position = _end_of_comment(statement, position)
        elif kind != "comment":
            yield str(kind), match[0]


def _end_of_comment(statement: str, position: int) -> int:
    depth = 1
    while depth:
        mark = _COMMENT_MARK.search(statement, position)
        if mark is None:
            return len(statement)
        position = mark.end()
        depth += 1 if mark[0] == "/*" else -1
    return position
