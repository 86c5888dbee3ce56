"""What an entry of an audit log may say about its action: a rule for each action, and the checks of its values.

An entry holds no secret and no personal data beyond ids. So a value is a flag, a number, a time, an id, one of a few
words, the name of something that operators name (a plugin, a host, a version), or the names of fields: never a field's
content.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from uuid import UUID

Value = bool | int | str | UUID | datetime | Iterable[str] | None
Stored = bool | int | str | list[str] | None
Check = Callable[[Value], Stored]

_FIELD: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Not a person's: no @, no blank. Versions, plugins, host names, origins, slugs, client ids; an origin has the longest.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/\[\]-]{0,299}")

_HOST: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,252}")


@dataclass(frozen=True, slots=True)
class ActionRule:
    """The kind of object that an action is about, and the values that its entry may have, each with its check."""

    action: str
    kind: str
    values: Mapping[str, Check]

    def check(self, values: Mapping[str, Value]) -> dict[str, Stored]:
        """Return the values as an entry stores them; raise `ValueError` for one that this rule doesn't allow."""
        if unknown := sorted(values.keys() - self.values.keys()):
            raise ValueError(f"An entry of {self.action} has no {', '.join(unknown)}")
        return {name: self.values[name](value) for name, value in values.items()}


def make_rules(
    actions: Iterable[str], *, values: Mapping[str, Mapping[str, Check]], kinds: Mapping[str, str]
) -> Mapping[str, ActionRule]:
    """Return the rule of each action of a closed list.

    `values`: the checks of what an entry may say, for actions that say something. `kinds`: the kind of object where it
    isn't what the action's name begins with.
    """
    return MappingProxyType(
        {
            action: ActionRule(
                action,
                kinds.get(action, action.partition(".")[0]),
                values.get(action, MappingProxyType({})),
            )
            for action in actions
        }
    )


def check_flag(value: Value) -> Stored:
    """Accept true and false."""
    return value if isinstance(value, bool) else _refuse(value)


def check_number(value: Value) -> Stored:
    """Accept a whole number, and None."""
    return value if value is None or type(value) is int else _refuse(value)


def check_time(value: Value) -> Stored:
    """Accept a time; it is stored as ISO 8601."""
    return value.isoformat() if isinstance(value, datetime) else _refuse(value)


def check_id(value: Value) -> Stored:
    """Accept a UUID or a number, and None."""
    return str(value) if isinstance(value, UUID) else check_number(value)


def check_name(value: Value) -> Stored:
    """Accept the name of something that operators name, and None."""
    if value is None or (isinstance(value, str) and _NAME.fullmatch(value)):
        return value
    return _refuse(value)


def name_of(text: str) -> str:
    """Return `text` where an entry may hold it as a name, else a digest of it: an operator may type anything."""
    return text if _NAME.fullmatch(text) else f"sha256:{sha256(text.encode()).hexdigest()}"


def check_host(value: Value) -> Stored:
    """Accept a host name, as tenants have them."""
    return value if isinstance(value, str) and _HOST.fullmatch(value) else _refuse(value)


def check_fields(value: Value) -> Stored:
    """Accept the names of fields; they are stored sorted."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        return _refuse(value)
    names = sorted(value)
    return names if all(map(_FIELD.fullmatch, names)) else _refuse(value)


def one_of(*words: str) -> Check:
    """Return the check that accepts one of these words."""

    def check(value: Value) -> Stored:
        return value if isinstance(value, str) and value in words else _refuse(value)

    return check


def some_of(*words: str) -> Check:
    """Return the check that accepts any number of these words."""

    def check(value: Value) -> Stored:
        names = check_fields(value)
        return names if isinstance(names, list) and set(names) <= set(words) else _refuse(value)

    return check


def _refuse(value: object) -> Stored:
    raise ValueError(f"An audit entry may not hold this {type(value).__name__} here")
