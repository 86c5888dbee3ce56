"""Refuses reading the environment of the process, of which neither an audit event nor a call tells."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from types import CellType, FrameType
from typing import Any, Final

Refuse = Callable[[str], None]
# Any: bytes, or text where the system has it so.
Variables = MutableMapping[Any, Any]
# The module in which the interpreter puts it, by system.
_POSIX: Final = sys.modules.get("posix")
# A function holds a tuple of cells; an object may hold a dictionary of lists.
_MOST_NESTED: Final = 3


class _Watched(Variables):
    """The environment, whose readers are given to `refuse`; that refuses nothing of other threads."""

    def __init__(self, variables: Variables, refuse: Refuse) -> None:
        self._variables, self._refuse = variables, refuse

    def __getitem__(self, name: Any) -> Any:  # Any: as above
        self._refuse("os.environ")
        return self._variables[name]

    def __iter__(self) -> Iterator[Any]:  # Any: as above
        self._refuse("os.environ")
        return iter(self._variables)

    def __len__(self) -> int:
        self._refuse("os.environ")
        return len(self._variables)

    def __setitem__(self, name: Any, value: Any) -> None:  # Any: as above
        self._variables[name] = value

    def __delitem__(self, name: Any) -> None:  # Any: as above
        del self._variables[name]


@contextmanager
def no_environment(refuse: Refuse) -> Iterator[None]:
    """Give each reading of `os.environ`, `os.environb` and `posix.environ` to `refuse`."""
    variables = _the_variables()
    places: list[tuple[object, str]] = [(os.environ, "_data")]
    if os.supports_bytes_environ:
        places.append((os.environb, "_data"))
    if _POSIX is not None:
        places.append((_POSIX, "environ"))
    watched = _Watched(variables, refuse)
    for holder, name in places:
        setattr(holder, name, watched)
    try:
        yield
    finally:
        for holder, name in places:
            setattr(holder, name, variables)


def list_holders_of_environment() -> set[str]:
    """Return the modules whose variables, functions or objects hold the environment itself, which no call then reads.

    The system's own are left out.
    """
    variables = _the_variables()
    known = [vars(one) for one in (_POSIX, os.environ, getattr(os, "environb", None)) if one]
    # What is there only until garbage is collected holds nothing.
    gc.collect()
    return set(_list_holders(variables, [variables, *known], _MOST_NESTED))


def _list_holders(held: object, known: list[object], depth: int) -> Iterator[str]:
    for holder in gc.get_referrers(held):
        if isinstance(holder, FrameType) or any(holder is one for one in known):
            continue
        named = holder.get("__name__") if isinstance(holder, dict) else _name_module(holder)
        if isinstance(named, str):
            yield named
        elif depth:
            yield from _list_holders(holder, [*known, holder], depth - 1)


def _name_module(holder: object) -> str | None:
    """Return the module of an object, or of a function; None of what is in every module."""
    if isinstance(holder, dict | list | tuple | set | CellType):
        return None
    module = getattr(holder, "__module__", None)
    return module if isinstance(module, str) and holder is not os.environ else None


def _the_variables() -> Variables:
    variables: Variables = os.environ._data  # type: ignore[attr-defined]
    return variables


@contextmanager
def local_zone(zone: str) -> Iterator[None]:
    """Let the machine be in a zone, as POSIX writes it: `KIT-14` is 14 hours east of UTC; where it can be set."""
    if not hasattr(time, "tzset"):
        yield
        return
    before = os.environ.get("TZ")
    _set_zone(zone)
    try:
        yield
    finally:
        _set_zone(before)


def _set_zone(zone: str | None) -> None:
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()
