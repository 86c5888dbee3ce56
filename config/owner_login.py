"""Keeps the login of the database's owner away from processes that serve requests or run jobs.

Code that an attacker brings into a process can read the environment that the process was started with, also what it has
removed since. So a process that has the login for no need starts itself again without it.
"""

import os
import sys
from collections.abc import Sequence
from typing import Final

VARIABLE: Final = "DATABASE_OWNER_URL"
_FROM_FILE: Final = f"{VARIABLE}_FILE"
_WORK_WITHOUT: Final = ("serve", "worker", "inbound")


def start_without_owner_login(arguments: Sequence[str]) -> None:
    """Replace this process, where it is a `manage.py` that has the login for no need, by the same one without it."""
    needs_none = arguments[1:2] and arguments[1] in _WORK_WITHOUT
    if not needs_none or "--provisioning" in arguments:
        return
    if os.environ.get(VARIABLE) or os.environ.get(_FROM_FILE):
        os.execve(sys.executable, [sys.executable, *arguments], environment_without_login())  # noqa: S606


def hide_owner_login() -> None:
    """Replace this process, which `make run` has started, by the same one with the login in a pipe."""
    login = os.environ.get(VARIABLE)
    # Both at once is a mistake, which the settings report.
    if not login or os.environ.get(_FROM_FILE):
        return
    read, write = os.pipe()
    os.set_inheritable(read, True)
    # A pipe takes 64 KiB at once; a URL is shorter.
    os.write(write, login.encode())
    os.close(write)
    hidden = environment_without_login() | {_FROM_FILE: f"/dev/fd/{read}"}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], hidden)  # noqa: S606


def drop_owner_login() -> None:
    """Remove the login from what children inherit, once the settings have been read."""
    for name in (VARIABLE, _FROM_FILE):
        os.environ.pop(name, None)


def environment_without_login() -> dict[str, str]:
    """Return the environment for another process, without the login."""
    return {name: value for name, value in os.environ.items() if name not in (VARIABLE, _FROM_FILE)}
