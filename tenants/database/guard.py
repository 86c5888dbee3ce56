"""Refuse SQL of the application that would leave the tenant's role, or end its transaction unnoticed.

PostgreSQL can't refuse it: a session may always reset its role, and any `ROLLBACK` undoes `SET`. The
application's cursors send each statement by the extended protocol (`tenants.database.cursors`), which carries one
statement, so its first word says what it is. Strings, quoted names and later comments need no reading.
"""

import re
from functools import lru_cache
from typing import Any

from psycopg.sql import Composable

# What PostgreSQL skips before a word. Letters are ASCII: PostgreSQL folds no others in keywords.
_SPACE = re.compile(r"[ \t\n\r\f\v]+|--[^\n\r]*")
_WORD = re.compile(r"[A-Za-z_]+(?![\w$]|[^\x00-\x7f])", re.ASCII)
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
# `SET LOCAL` of these ends with the transaction; `SET CONSTRAINTS` and `SET TRANSACTION` do so by themselves.
_LOCAL_SETTINGS = frozenset(("statement_timeout", "lock_timeout", "synchronous_commit"))
_TRANSACTION_SETTINGS = frozenset(("constraints", "transaction"))
# Names with which a statement that works with rows would change a setting (`pg_settings` is a view that takes
# updates), execute text as SQL, or make a large object, which belongs to no schema. `U&` writes any name in escapes.
_REFUSED_ANYWHERE = (
    "set_config",
    "pg_settings",
    "query_to_xml",
    "ts_stat",
    "ts_rewrite",
    "lo_creat",
    "lo_from_bytea",
    'u&"',
)
# Django's savepoints, by their generated names; the wrapper forgets its state after a rollback to one.
_SAVEPOINT = re.compile(r'(?:SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT) "s\d+_x\d+"')
# Characters. Longer statements are not cached, so that the cache can't fill the memory.
_CACHED_LENGTH = 20_000


class SessionChangeRefused(PermissionError):
    """Application code tried to run a statement that doesn't only work with rows."""


def checked_statement(statement: Any) -> str:  # Any: what psycopg takes for a query
    """Return the text of `statement`; raise `SessionChangeRefused` if it could change role or session."""
    if isinstance(statement, bytes):
        statement = statement.decode()
    elif isinstance(statement, Composable):
        statement = statement.as_string(None)
    if not isinstance(statement, str) or changes_session(statement):
        raise SessionChangeRefused(
            "The application runs one statement at a time, and only statements that work with rows."
            " tenant_scope selects another tenant."
        )
    return statement


def changes_session(statement: str) -> bool:
    """Tell whether `statement`, sent by the extended protocol, could change role, search path or session."""
    return _cached(statement) if len(statement) <= _CACHED_LENGTH else _changes_session(statement)


def _changes_session(statement: str) -> bool:
    text = statement.lower()
    if any(name in text for name in _REFUSED_ANYWHERE):
        return True
    if _SAVEPOINT.fullmatch(statement):
        return False
    word, end = _word_after(statement, 0, skipped=" (")
    if word in _WORK_WITH_ROWS:
        return False
    if word != "set":
        # Space and comments alone are an empty statement.
        return bool(word) or end < len(statement)
    name, end = _word_after(statement, end)
    if name == "local":
        return _word_after(statement, end)[0] not in _LOCAL_SETTINGS
    return name not in _TRANSACTION_SETTINGS


_cached = lru_cache(maxsize=4096)(_changes_session)


def _word_after(statement: str, position: int, *, skipped: str = " ") -> tuple[str, int]:
    """Return the next word in lower case (empty if something else comes) and the position of its end."""
    while position < len(statement):
        if space := _SPACE.match(statement, position):
            position = space.end()
        elif statement.startswith("/*", position):
            position = _end_of_comment(statement, position + 2)
        elif statement[position] in skipped:
            position += 1
        else:
            break
    word = _WORD.match(statement, position)
    return (word[0].lower(), word.end()) if word else ("", position)


def _end_of_comment(statement: str, position: int) -> int:
    depth = 1
    while depth:
        mark = _COMMENT_MARK.search(statement, position)
        if mark is None:
            return len(statement)
        position = mark.end()
        depth += 1 if mark[0] == "/*" else -1
    return position
