"""The time steps of authenticators (RFC 6238): a code of the step before this one is good until this one ends."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

SECONDS = 30


def into_this_step(*, tick: bool) -> time_machine.travel:
    """Return what moves Python's clock to 5 s after this step began; `tick`: it goes on from there.

    The database has a clock of its own, which is half a minute away at most.
    """
    began = int(time.time()) // SECONDS * SECONDS
    return time_machine.travel(datetime.fromtimestamp(began + 5, UTC), tick=tick)


@pytest.fixture
def early_in_a_step() -> Iterator[None]:
    """Let no step end between the moment that an authenticator shows a code and the moment that the code arrives."""
    with into_this_step(tick=True):
        yield
