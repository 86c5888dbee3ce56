"""The process whose forks are the commands of the tests: `python -m tests.forking.template SOCKET`.

It has imported what a command of the checkout imports before the settings are read, and never reads them itself.
"""

import gc
import json
import os
import runpy
import signal
import socket
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

from tests.password_hashing import hash_quickly

# What takes longest to import, of what needs no settings.
LIBRARIES: Final = (
    *("aiosmtpd.smtp", "anymail", "argon2", "corsheaders", "croniter", "cryptography.x509"),
    *("django.contrib.admin", "django.core.management", "django.forms", "django.test"),
    *("dkim", "dns.resolver", "environs", "granian", "imapclient", "jwcrypto.jwk", "nh3"),
    *("oauthlib.oauth2", "orjson", "pluggy", "procrastinate", "procrastinate.psycopg_connector"),
    *("psycopg", "psycopg_pool", "pydantic", "requests", "segno", "social_core.backends.google"),
    *("turbohtml", "uuid_utils", "whitenoise"),
    *("providers.loading", "providers.mime.read", "providers.reading", "tenants.database.embedded"),
)
# A request holds the environment of a process.
MAX_REQUEST: Final = 1 << 17


def main() -> None:
    """Fork a command for each request until the tests have ended; in a fork, return from the command."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    from config.wiring import SHIPPED_PLUGINS

    for module in (*LIBRARIES, *SHIPPED_PLUGINS):
        import_module(module)
    hash_quickly()
    gc.freeze()
    # Nothing waits for the supervisors.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, MAX_REQUEST, 4)
        if not message:
            return
        if os.fork() == 0:
            requests.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            supervise(json.loads(message), *descriptors)
            return
        for descriptor in descriptors:
            os.close(descriptor)


def supervise(request: dict[str, Any], reports: int, *standard: int) -> None:  # Any: JSON
    """Fork the command; report its process id, and its exit status when it has ended."""
    command = os.fork()
    if command == 0:
        os.close(reports)
        become(standard, **request)
        return
    for descriptor in standard:
        os.close(descriptor)
    os.write(reports, f"{command}\n".encode())
    _, status = os.waitpid(command, 0)
    os.write(reports, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def become(
    standard: Sequence[int],
    *,
    command: list[str],
    environment: dict[str, str],
    folder: str,
    leads_session: bool,
) -> None:
    """Run what `python *command` runs, with these standard files, environment and folder."""
    for number, descriptor in enumerate(standard):
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace", closefd=False)
    if leads_session:
        os.setsid()
    # With which `config.owner_login` starts a process anew.
    sys.orig_argv = [sys.executable, *command]
    os.environ.clear()
    os.environ.update(environment)
    sys.path[1:1] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    os.chdir(folder)
    match command:
        case ["-m", module, *arguments]:
            sys.argv = [module, *arguments]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        case ["-c", program, *arguments]:
            sys.argv = ["-c", *arguments]
            exec(program, {"__name__": "__main__"})  # noqa: S102 - of a test
        case _:
            sys.argv = command
            runpy.run_path(command[0], run_name="__main__")


if __name__ == "__main__":
    main()
