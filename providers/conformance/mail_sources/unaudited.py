"""Refuses calls that do input or output or wait, and raise no audit event, by whatever name a source knows them."""

from __future__ import annotations

import _random
import _thread
import io
import logging
import os
import select
import signal
import sys
import threading
import time
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, ModuleType

Refuse = Callable[[str], None]
_IMPORTER = "<frozen importlib"
# Functions that are written in C: whatever name they are imported under, they are the same objects.
_NAMES: dict[ModuleType, tuple[str, ...]] = {
    os: (
        "stat", "lstat", "fstat", "statvfs", "fstatvfs", "access", "readlink", "getcwd", "getcwdb",
        "pathconf", "read", "readv", "pread", "preadv", "write", "writev", "pwrite", "pwritev",
        "sendfile", "copy_file_range", "pipe", "pipe2", "dup", "dup2", "memfd_create", "eventfd",
        "mkfifo", "mknod", "sync", "fork", "wait", "wait3", "wait4", "waitid", "waitpid", "times",
        "getloadavg", "getlogin", "uname",
        # Who and where this process is, and chance.
        "getpid", "getppid", "getuid", "geteuid", "getresuid", "getgid", "getegid", "getresgid",
        "getgroups", "getpgid", "getpgrp", "getsid", "getpriority", "sched_getaffinity",
        "cpu_count", "sysconf", "confstr", "isatty", "ttyname", "ctermid", "get_terminal_size",
        "get_blocking", "umask", "nice", "urandom", "getrandom",
    ),
    select: ("select",),
    signal: ("pause", "sigwait", "sigwaitinfo", "sigtimedwait", "alarm", "setitimer"),
    # `time.time` is faked instead: logging asks it.
    time: (
        "sleep", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time",
        "process_time_ns", "thread_time", "thread_time_ns", "clock_gettime", "clock_gettime_ns",
    ),
    _thread: ("start_new_thread", "start_joinable_thread"),
}  # fmt: skip
_FUNCTIONS = {
    getattr(module, name): f"{module.__name__}.{name}"
    for module, names in _NAMES.items()
    for name in names
    if hasattr(module, name)
}
# Methods of what may have been opened when the module was imported.
_MODULES_OF_TYPES = frozenset({"_io", "_socket", "_ssl", "mmap", "select", "sqlite3"})
_IN_MEMORY = (io.BytesIO, io.StringIO)
_WRITES = ("write", "flush", "writable", "isatty", "fileno")
# What `os.environ` is.
_Environment = os._Environ
_ENVIRONMENT = frozenset(
    {
        _Environment.__getitem__.__code__,
        _Environment.__iter__.__code__,
        _Environment.__len__.__code__,
    }
)
# They wait for another thread, or for ever.
_WAITS = {
    threading.Condition.wait.__code__: "Condition.wait",
    threading.Thread.join.__code__: "Thread.join",
}


@contextmanager
def no_unaudited_calls(refuse: Refuse) -> Iterator[None]:
    """Give each such call of this thread to `refuse`, which raises. It makes Python several times slower.

    A module may still be imported, the tz database read, and lines be printed and logged. Not noticed: what is called
    by a function that is written in C, as in `map(os.stat, paths)` where `stat` was imported by its name.
    """

    def look(frame: FrameType, event: str, called: object) -> None:
        what = _name_call(frame, event, called)
        if what is not None and not _is_of_import_or_zone(frame):
            refuse(what)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(before)


def _name_call(frame: FrameType, event: str, called: object) -> str | None:
    """Return what is called where it does input or output or waits."""
    if event == "call":
        return "os.environ" if frame.f_code in _ENVIRONMENT else _WAITS.get(frame.f_code)
    if event != "c_call":
        return None
    owner = getattr(called, "__self__", None)
    if owner is None or isinstance(owner, ModuleType):
        return None if _is_of_logging(frame) else _FUNCTIONS.get(called)
    name: str = getattr(called, "__name__", "")
    is_watched = type(owner).__module__ in _MODULES_OF_TYPES or isinstance(owner, io.IOBase)
    if isinstance(owner, _random.Random):
        return f"random.{name}"
    if not is_watched or isinstance(owner, _IN_MEMORY):
        return None
    if name in _WRITES and (_is_of_logging(frame) or _is_standard(owner)):
        return None
    return f"{type(owner).__name__}.{name}"


def _is_of_logging(frame: FrameType) -> bool:
    """Tell whether `logging` itself calls it: each record has the number of the process."""
    return frame.f_code.co_filename.startswith(_LOGGING)


def _is_standard(file: object) -> bool:
    """Tell whether it is what `print` writes to, or a layer below that."""
    layers: list[object] = [sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__]
    while layers:
        layer = layers.pop()
        if layer is file:
            return True
        layers += [
            below for name in ("buffer", "raw") if (below := getattr(layer, name, None)) is not None
        ]
    return False


def _is_of_import_or_zone(frame: FrameType | None) -> bool:
    """Tell whether the import system or `zoneinfo` called it, at whatever distance, or `guard` itself."""
    allowed = (_IMPORTER, os.path.dirname(zoneinfo.__file__) + os.sep, _GUARD)
    while frame is not None:
        if frame.f_code.co_filename.startswith(allowed):
            return True
        frame = frame.f_back
    return False


_LOGGING = os.path.dirname(logging.__file__) + os.sep
_GUARD = os.path.join(os.path.dirname(__file__), "guard.py")
