"""`make run`: database, schema, demo tenant, web server and workers as one program. It leaves no process behind.

python -m config.run [--end-with-parent]
"""

import argparse
import errno
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Never

import django

from config.children import STOPS, Children, end_with_parent, parent_is_stopping
from config.loading import begin_to_load, end_loading
from config.owner_login import drop_owner_login, hide_owner_login
from config.startup_error import STARTUP_ERRORS, StartupError, exit_with_reason

START_LIMIT = 60.0
_POLL = 0.1


class Stopped(BaseException):
    """A signal asked this process to stop. Not an `Exception`, so that no handler on the way catches it."""


def main() -> int:
    """Run until a signal or a failure; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m config.run", description="Run Happo.")
    parser.add_argument(
        "--end-with-parent",
        action="store_true",
        help="stop when the process that started this one ends",
    )
    ends_with_parent: bool = parser.parse_args().end_with_parent
    if ends_with_parent:
        end_with_parent(signal.SIGTERM)
    handle_stops(_raise_stopped)
    children = Children()
    try:
        run(children, ends_with_parent=ends_with_parent)
    except Stopped:
        print("Stopping.", flush=True)
        return 0
    except STARTUP_ERRORS as reason:
        return exit_with_reason(reason)
    finally:
        stop_all(children)


def run(children: Children, *, ends_with_parent: bool) -> Never:
    """Start and supervise everything; raise `StartupError` when a process ends, `Stopped` when make is stopped."""
    hide_owner_login()
    begin_to_load()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings

    port = settings.PORT
    drop_owner_login()
    check_port_is_free(settings.HOST, port, set_port="make run PORT")
    if settings.HEALTH_PORT:
        check_port_is_free(settings.HOST, settings.HEALTH_PORT, set_port="HEALTH_PORT")
    if settings.INBOUND_DOMAIN:
        # Another installation on the same port would refuse mail of this one for good.
        check_port_is_free("127.0.0.1", settings.INBOUND_PORT, set_port="INBOUND_PORT")
    django.setup()
    from config.banner import banner
    from config.prepare import keep_database_running, prepare

    end_loading()
    demo = prepare()
    from config.programs import provision, serve, take_mail, work

    children.launch("web", serve)
    await_answer(children)
    # They load the program anew, for which the web server need not wait.
    children.launch("worker", work)
    if settings.OWNER_DATABASE is not None:
        children.launch("provisioning", provision)
    if settings.INBOUND_DOMAIN:
        children.launch("inbound", take_mail)
    print(banner(settings.PORT, demo), flush=True)
    while (ended := children.first_ended()) is None:
        if ends_with_parent and parent_is_stopping():
            raise Stopped
        keep_database_running()
        time.sleep(_POLL)
    raise StartupError(_describe_end(*ended))


def handle_stops(handler: Callable[[int, FrameType | None], None]) -> None:
    """Call `handler` when a signal asks this process to stop; under `nohup` the end of the terminal doesn't."""
    for stop in STOPS:
        if not (stop == signal.SIGHUP and signal.getsignal(stop) == signal.SIG_IGN):
            signal.signal(stop, handler)


def check_port_is_free(host: str, port: int, *, set_port: str) -> None:
    """Raise `StartupError` when another process listens on `port`; `set_port` is how the operator changes it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Like the server: connections that closed recently don't count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise StartupError(
                    f"port {port} is in use. Choose another: {set_port}={port + 1}"
                ) from error
            raise StartupError(f"it can't listen on {host}:{port} ({error.strerror}).") from error


def await_answer(children: Children) -> None:
    """Return when the web server and its database answer; raise `StartupError` after `START_LIMIT` seconds."""
    from django.conf import settings

    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104
    deadline = time.monotonic() + START_LIMIT
    while not _is_healthy(host, settings.PORT):
        if (ended := children.first_ended()) is not None:
            raise StartupError(_describe_end(*ended))
        if time.monotonic() > deadline:
            raise StartupError(f"the web server does not answer after {START_LIMIT:.0f} s.")
        time.sleep(_POLL)


def _is_healthy(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _describe_end(name: str, status: int) -> str:
    how = (
        f"was killed by {signal.Signals(-status).name}"
        if status < 0
        else f"ended with status {status}"
    )
    return f"the {name} process {how}."


def stop_all(children: Children) -> None:
    """Stop the processes, then the database; a second signal meanwhile kills the processes."""
    handle_stops(lambda *_: children.kill())
    children.stop()
    if (
        settings := sys.modules.get("config.settings")
    ) is not None and settings.EMBEDDED_POSTGRES is not None:
        settings.EMBEDDED_POSTGRES.release()


def _raise_stopped(signum: int, frame: FrameType | None) -> Never:
    raise Stopped


if __name__ == "__main__":
    raise SystemExit(main())
