"""Limits the processor time that a block of code may take."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# What the system sends to a process whose time is up. Nothing handles it, so that it ends a process also in the middle
# of a regular expression, where no Python code runs.
SIGNAL_OF_TIME: Final = signal.SIGPROF


def limit_time(seconds: float) -> None:
    """End this process once it takes that many more seconds of the processor, by all its threads; 0 for no limit.

    What was set before, by a source that read another mail, neither disables the limit nor ends the process later.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL):
        signal.setitimer(timer, 0)
    signal.signal(SIGNAL_OF_TIME, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)


@contextmanager
def limited_time(seconds: float) -> Iterator[None]:
    """End this process where the block takes more seconds of the processor."""
    limit_time(seconds)
    try:
        yield
    finally:
        limit_time(0)
