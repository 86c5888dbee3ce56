"""Refuse SQL that would leave the tenant's role. PostgreSQL can't: a log-in may always change its own role."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

_COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
_LEAVES_ROLE = re.compile(
    r"""\b(?:set|reset)\s+(?:(?:session|local)\s+)?(?:"?role"?|"?search_path"?|session\s+authorization)\b
      | \bset_config\b
      | \b(?:discard|reset)\s+all\b
      | (?:^|;)\s*do\b""",
    re.IGNORECASE | re.VERBOSE,
)

Execute = Callable[[Any, Any, bool, dict[str, Any]], Any]  # Any: statements and results are the driver's


class RoleChangeRefused(PermissionError):
    """Application code tried to run a statement that changes role or search path."""


@lru_cache(maxsize=4096)
def leaves_role(statement: str) -> bool:
    """Tell whether `statement` could change the role or the search path of its connection."""
    return _LEAVES_ROLE.search(_COMMENT.sub(" ", statement)) is not None


def refuse_role_changes(execute: Execute, statement: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Run `statement` unless it could change the role; one of Django's execute wrappers."""
    if leaves_role(statement if isinstance(statement, str) else statement.as_string(None)):
        raise RoleChangeRefused("SQL that changes role or search path is not allowed: use tenant_scope.")
    return execute(statement, params, many, context)
