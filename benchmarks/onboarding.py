"""From an operator's request for a tenant until its credentials can be shown, with a provisioning worker of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from benchmarks.stage import Stage, product_environment
from benchmarks.table import Row
from core.accounts.models import User
from tenants.operators.accounts import create_operator
from tenants.provisioning.requests import (
    is_worker_running,
    read_request,
    request_verb,
    take_credentials,
)
from tenants.provisioning.sealing import new_reply_key
from tenants.provisioning.verbs import CreateTenant

_TIMES, _LIMIT = 10, 30.0


def onboarding(stage: Stage) -> Iterator[Row]:
    """Request tenants one after the other, as the console's page does."""
    operator = create_operator("ops@bench.test", password="a long way to Tipperary")
    with _provisioning():
        seconds = [_onboard(operator, number) for number in range(_TIMES)]
    slowest = max(seconds)
    yield Row(
        "onboarding: from submit to its credentials",
        f"{median(seconds):.3f} s",
        "at most 1 s, each time",
        f"slowest of {_TIMES}: {slowest:.3f} s",
        slowest <= 1,
    )


def _onboard(operator: User, number: int) -> float:
    verb = CreateTenant(
        slug=f"onboarded{number}", display_name="Bench", owner_email="owner@bench.test"
    )
    began = time.perf_counter()
    public, private = new_reply_key()
    request = request_verb(verb, operator=operator, reply_key=public)
    _wait(lambda: read_request(request, operator=operator).state == "done")
    take_credentials(request, private_key=private, operator=operator)
    return time.perf_counter() - began


@contextmanager
def _provisioning() -> Iterator[None]:
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker", "--provisioning"],
        env={**os.environ, **product_environment()},
    )
    try:
        _wait(is_worker_running)
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(15)


def _wait(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + _LIMIT
    while not holds():
        if time.monotonic() > ends:
            raise RuntimeError("The provisioning worker did nothing in time")
        # As often as the page asks.
        time.sleep(0.1)
