"""Finds what a source leaves changed in its process, for the sources that read there after it."""

from __future__ import annotations

import decimal
import gc
import locale
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType

State = dict[str, object]


def note_state(package: str) -> State:
    """Return what others in this process go by, by names. `package`: the source's own, which may change itself."""
    state: State = {
        "the recursion limit": sys.getrecursionlimit(),
        "sys.path": tuple(sys.path),
        "the working directory": os.getcwd(),
        "the number of threads": threading.active_count(),
        "the locale": locale.setlocale(locale.LC_ALL),
        "the precision of decimals": decimal.getcontext().prec,
        "the filters of warnings": tuple(warnings.filters),
        "the collection of garbage": gc.isenabled(),
    }
    state |= {f"the handler of signal {one}": signal.getsignal(one) for one in _list_signals()}
    for name, module in list(sys.modules.items()):
        if not f"{name}.".startswith(f"{package}."):
            state.update(_functions_of(name, module))
    return state


def find_changes(before: State, after: State) -> list[str]:
    """Return the names of what is another thing now, or gone; what is there for the first time isn't among them."""
    return [
        name
        for name, value in before.items()
        if (now := after.get(name)) is not value and now != value
    ]


def _list_signals() -> Iterator[int]:
    yield from sorted(signal.valid_signals())


def _functions_of(name: str, module: ModuleType) -> Iterator[tuple[str, object]]:
    """Yield the functions and classes of a module, and the methods of the classes that pass between mail and Happo."""
    for own, value in list(getattr(module, "__dict__", {}).items()):
        if isinstance(value, FunctionType | BuiltinFunctionType | type):
            yield f"{name}.{own}", value
        if isinstance(value, type) and name.startswith("providers."):
            for method, function in list(vars(value).items()):
                if isinstance(function, FunctionType):
                    yield f"{name}.{own}.{method}", function
