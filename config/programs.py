"""The programs of `make run`, each in a process: web server, worker, provisioning worker, incoming mail."""

import os
import signal
import sys
from typing import TYPE_CHECKING, Never

from django.conf import settings
from django.db import OperationalError, connection
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from config.children import end_with_parent
from config.env import CHECKOUT
from config.logs import log_uncaught_exceptions
from config.owner_login import VARIABLE, environment_without_login
from config.wsgi import application
from core.limits.outside_calls import OUTSIDE_CALLS
from tenants.counters.counting import write_counters_forever
from tenants.database.application_name import use_process_kind
from tenants.database.owner import forget_owner_login

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler


def serve() -> None:
    """Serve the application over HTTP until SIGTERM. Raises `UnsuitableServer`."""
    use_process_kind("web")
    forget_owner_login()
    _check_database()
    if settings.HEALTH_PORT:
        # `config.wsgi` has set Django up, which this import needs.
        from config.health_server import HealthServer

        HealthServer(settings.HOST, settings.HEALTH_PORT).start()
    Granian(
        "config.programs:application_of_web_process",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.HOST,
        port=settings.PORT,
        workers=settings.WEB_PROCESSES,
        blocking_threads=settings.WEB_THREADS,
        blocking_threads_idle_timeout=settings.WEB_THREAD_IDLE_SECONDS,
        backlog=1024,
        websockets=False,
        # Granian replaces a process that dies and kills one that doesn't stop in time.
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_level=LogLevels.error,
    ).serve()


def _check_database() -> None:
    """Refuse a database server that Happo can't work on; one that doesn't answer yet may do so later."""
    try:
        connection.ensure_connection()
    except OperationalError:
        return
    finally:
        connection.close()


def application_of_web_process() -> "WSGIHandler":
    """Return the application. Granian calls this in each of its processes."""
    # A killed server can't stop its processes, which would keep the port open.
    end_with_parent(signal.SIGKILL)
    # A spawned process has not inherited it.
    use_process_kind("web")
    forget_owner_login()
    log_uncaught_exceptions()
    write_counters_forever()
    OUTSIDE_CALLS.at_once = max(1, settings.WEB_THREADS // 2)
    return application


def work() -> Never:
    """Run the jobs of all tenants until SIGTERM."""
    _become("worker")


def provision() -> Never:
    """Perform the console's requests until SIGTERM, with the owner's login."""
    _become("worker", "--provisioning", owner_url=settings.DATABASE_OWNER_URL)


def _become(*arguments: str, owner_url: str = "") -> Never:
    """Replace this process by a `manage.py`, so that nothing of the parent's memory and environment stays in it."""
    environment = environment_without_login()
    if owner_url:
        environment[VARIABLE] = owner_url
    command = [sys.executable, str(CHECKOUT / "manage.py"), *arguments]
    os.execve(sys.executable, command, environment)  # noqa: S606


def take_mail() -> Never:
    """Take mail for forwarding addresses by LMTP until SIGTERM."""
    _become("inbound")
