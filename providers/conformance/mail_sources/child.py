"""Runs what may loop for ever or eat memory in a child process, which is ended from outside."""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

from providers.isolation.time_limit import SIGNAL_OF_TIME, limit_time

_TIMES_BY_THE_CLOCK = 10
Report = Callable[[str], None]
Work = Callable[[Report], None]


def run_in_child(work: Work, *, seconds_per_step: float) -> None:
    """Run `work` in a copy of this process; it calls its argument with a step's name before each step.

    `seconds_per_step`: of the processor, whatever else the machine does. A step that waits is ended after
    `_TIMES_BY_THE_CLOCK` as much. Raises `AssertionError` with what the work raised, or with the name of the step that
    took longer.
    """
    receiving, sending = multiprocessing.Pipe(duplex=False)
    with warnings.catch_warnings():
        # The child only computes, so that locks of other threads don't matter.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = multiprocessing.get_context("fork").Process(
            target=_work_in_child, args=(work, sending, seconds_per_step), daemon=True
        )
        child.start()
    sending.close()
    try:
        _follow(receiving, child, seconds_per_step)
    finally:
        child.kill()
        child.join()
        receiving.close()


def _follow(receiving: Connection, child: ForkProcess, seconds_per_step: float) -> None:
    step, by_the_clock = "the start", seconds_per_step * _TIMES_BY_THE_CLOCK
    while True:
        if not receiving.poll(by_the_clock):
            raise AssertionError(f"{step}: not done after {by_the_clock:.0f} s, and stopped")
        try:
            kind, text = receiving.recv()
        except EOFError:
            child.join()
            reason = f"not done after {seconds_per_step:.0f} s of the processor, and stopped"
            is_slow = child.exitcode == -SIGNAL_OF_TIME
            raise AssertionError(
                f"{step}: {reason if is_slow else 'the process of the test ended'}"
            ) from None
        if kind == "done":
            return
        if kind == "failed":
            raise AssertionError(text)
        step = text


def _work_in_child(work: Work, sending: Connection, seconds_per_step: float) -> None:
    def report(step: str) -> None:
        limit_time(seconds_per_step)
        sending.send(("step", step))

    # What the source prints is no output of the tests.
    sys.stdin = open(os.devnull)  # noqa: SIM115
    limit_time(seconds_per_step)
    try:
        work(report)
    except AssertionError as failed:
        sending.send(("failed", str(failed)))
    except BaseException:  # noqa: BLE001 - whatever it is, the parent reports it
        sending.send(("failed", traceback.format_exc(limit=-8)))
    else:
        sending.send(("done", ""))
    sending.close()
    os._exit(0)
