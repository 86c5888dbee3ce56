"""`python -m benchmarks.threads`: the speed of the web server with 1, 2, 4 and 8 threads a process.

The servers take turns. Each figure is the median over the rounds of the ratio to the server with two threads. Run it on
a machine that does nothing else: the operating guide names the figures of one.
"""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import django

THREADS = (2, 1, 4, 8)
PATHS = ("/v1/me", "/v1/positions")


def main() -> None:
    """Print a line for each route and number of processes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    from tenants.provisioning import lifecycle
    from tests.database import session_database

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    with session_database():
        created = lifecycle.create_tenant("threads", name="T", owner_email="owner@bench.test")
        for processes in (1, 2):
            for path in PATHS:
                compared = _compare(path, processes, created.api_key)
                print(f"{processes} processes, {path}: {compared}", flush=True)


def _compare(path: str, processes: int, key: str) -> str:
    from benchmarks.contest import Entry, contest
    from benchmarks.load import request_bytes
    from tests.servers import running_server

    headers = {"Authorization": f"Bearer {key}", "x-happo-api-version": "v20261201"}
    limits = {"RATE_LIMIT_PER_SECOND": "1000000", "RATE_LIMIT_BURST": "10000000"}
    with ExitStack() as stack:
        entries = {}
        for threads in THREADS:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            # The lines of the requests are written, as in a production, and would hide the figures on a terminal.
            server = stack.enter_context(
                running_server(
                    folder,
                    workers=processes,
                    log=Path(os.devnull),
                    WEB_THREADS=str(threads),
                    **limits,
                )
            )
            entries[f"{threads} threads"] = Entry(server.port, request_bytes(path, headers=headers))
        outcome = contest(entries, rounds=9, seconds=1.0)
    return ", ".join(f"{name} {1 / ratio:.2f}" for name, ratio in outcome.ratio.items())


if __name__ == "__main__":
    main()
