"""Refuses input and output while a source reads a mail: the contract is that a parser does none."""

from __future__ import annotations

import os
import sys
import threading
import time
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib.util import find_spec
from types import FrameType
from unittest.mock import patch

from providers.conformance.mail_sources.environment import no_environment
from providers.conformance.mail_sources.unaudited import no_unaudited_calls
from providers.conformance.network import UnexpectedRequest

# Events of the interpreter's audit hooks (PEP 578), by their beginning.
_REFUSED = (
    "open", "os.", "socket.", "subprocess.", "shutil.", "tempfile.", "glob.", "pathlib.", "mmap.",
    "fcntl.", "sqlite3.", "urllib.", "http.", "ftplib.", "smtplib.", "ctypes.", "pty.", "winreg.",
    "time.", "builtins.input", "sys.addaudithook", "sys.setprofile", "sys.settrace",
)  # fmt: skip
# These raise no audit event.
_UNAUDITED = ("stat", "lstat", "access", "readlink", "getenv", "popen", "fork", "pipe")
_CODE = (".py", ".pyc", ".so", ".pyd")
_IMPORTER = "<frozen importlib"
_state = threading.local()


@contextmanager
def no_input_or_output(*, watch_calls: bool = False) -> Iterator[None]:
    """Raise `UnexpectedRequest` for what this thread opens, lists, starts, connects to or waits for, and at the end.

    A module may still be imported, and the tz database read. `watch_calls`: look at each call too, which is slow, and
    finds functions that the source imported by their names (`no_unaudited_calls`).
    """
    _add_hook()
    found: list[str] = []
    with ExitStack() as stack:
        for name in _UNAUDITED:
            if hasattr(os, name):
                stack.enter_context(patch.object(os, name, _watched(name, getattr(os, name))))
        stack.enter_context(
            patch.object(time, "sleep", _watched("sleep", time.sleep, module="time"))
        )
        stack.enter_context(no_environment(_refuse))
        if watch_calls:
            stack.enter_context(no_unaudited_calls(_refuse))
        # From here on; what this itself does before and behind is none of the source's.
        _state.found = found
        stack.callback(_leave)
        yield
    if found:
        # The source may have caught what was raised.
        raise UnexpectedRequest(f"a parser does no input or output: {found[0]}")


def _leave() -> None:
    _state.found = None


@cache
def _add_hook() -> None:
    """Add the hook, which stays as long as the process, and looks at a thread only within `no_input_or_output`."""
    _zone_folders()
    sys.addaudithook(_look)


def _look(event: str, arguments: tuple[object, ...]) -> None:
    if getattr(_state, "found", None) is None or not event.startswith(_REFUSED):
        return
    subject = arguments[0] if arguments else None
    if not _is_allowed(event, subject, sys._getframe(1)):
        _refuse(f"{event} {subject!r}"[:200])


def _refuse(what: str) -> None:
    found: list[str] | None = getattr(_state, "found", None)
    if found is None:
        return
    found.append(what)
    raise UnexpectedRequest(f"a parser does no input or output: {what}")


def _is_allowed(event: str, subject: object, frame: FrameType | None) -> bool:
    if _is_time_zone(subject):
        return True
    is_import = frame is not None and frame.f_code.co_filename.startswith(_IMPORTER)
    if event == "open":
        return is_import and str(subject).endswith(_CODE)
    return is_import and event in ("os.listdir", "os.scandir")


def _is_time_zone(subject: object) -> bool:
    if not isinstance(subject, str | bytes | os.PathLike):
        return False
    path = os.path.abspath(os.fsdecode(subject))
    return any(path.startswith(folder + os.sep) for folder in _zone_folders())


@cache
def _zone_folders() -> tuple[str, ...]:
    package = find_spec("tzdata")
    return (*zoneinfo.TZPATH, *(package.submodule_search_locations or () if package else ()))


def _watched(
    name: str, original: Callable[..., object], *, module: str = "os"
) -> Callable[..., object]:
    def watch(*arguments: object, **options: object) -> object:
        subject = arguments[0] if arguments else ""
        caller = sys._getframe(1).f_code.co_filename
        if not _is_time_zone(subject) and not caller.startswith(_IMPORTER):
            _refuse(f"{module}.{name} {subject!r}"[:200])
        return original(*arguments, **options)

    return watch
