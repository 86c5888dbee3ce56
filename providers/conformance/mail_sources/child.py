"""Runs what may loop for ever or eat memory in a child process, which is ended from outside."""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection

Report = Callable[[str], None]
Work = Callable[[Report], None]


def run_in_child(work: Work, *, seconds_per_step: float) -> None:
    """Run `work` in a copy of this process; it calls its argument with a step's name before each step.

    Raises `AssertionError` with what the work raised, or with the name of the step that took longer than that.
    """
    receiving, sending = multiprocessing.Pipe(duplex=False)
    with warnings.catch_warnings():
        # The child only computes, so that locks of other threads don't matter.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = multiprocessing.get_context("fork").Process(
            target=_work_in_child, args=(work, sending), daemon=True
        )
        child.start()
    sending.close()
    try:
        _follow(receiving, seconds_per_step)
    finally:
        child.kill()
        child.join()
        receiving.close()


def _follow(receiving: Connection, seconds_per_step: float) -> None:
    step = "the start"
    while True:
        if not receiving.poll(seconds_per_step):
            raise AssertionError(f"{step}: not done after {seconds_per_step:.0f} s, and stopped")
        try:
            kind, text = receiving.recv()
        except EOFError:
            raise AssertionError(f"{step}: the process of the test ended") from None
        if kind == "done":
            return
        if kind == "failed":
            raise AssertionError(text)
        step = text


def _work_in_child(work: Work, sending: Connection) -> None:
    # What the source prints is no output of the tests.
    sys.stdin = open(os.devnull)  # noqa: SIM115
    try:
        work(lambda step: sending.send(("step", step)))
    except AssertionError as failed:
        sending.send(("failed", str(failed)))
    except BaseException:  # noqa: BLE001 - whatever it is, the parent reports it
        sending.send(("failed", traceback.format_exc(limit=-8)))
    else:
        sending.send(("done", ""))
    sending.close()
    os._exit(0)
