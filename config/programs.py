"""The two programs of `make run`, each in its own process: the web server and the worker."""

import signal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from config.children import end_with_parent
from config.wsgi import application

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler


def serve() -> None:
    """Serve the application over HTTP until SIGTERM."""
    Granian(
        "config.programs:application_of_web_process",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.HOST,
        port=settings.PORT,
        workers=settings.WEB_PROCESSES,
        blocking_threads=settings.WEB_THREADS,
        backlog=1024,
        websockets=False,
        # Granian replaces a process that dies and kills one that doesn't stop in time.
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        log_level=LogLevels.error,
    ).serve()


def application_of_web_process() -> "WSGIHandler":
    """Return the application. Granian calls this in each of its processes."""
    # A server that was killed can't stop its processes, and they would keep the port open.
    end_with_parent(signal.SIGKILL)
    return application


def work() -> None:
    """Run the jobs of all tenants until SIGTERM."""
    call_command("worker")
