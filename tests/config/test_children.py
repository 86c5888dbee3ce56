"""Child processes end with their parent, whenever that is killed."""

import signal
import subprocess
import sys

import pytest

from tests.processes import CHECKOUT

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of that")

KILLED_BEFORE_ITS_CHILD_IS_READY = """
import os, signal, time
from config.children import Children

parent, set_session = os.getpid(), os.setsid

def become_ready_late():
    while os.getppid() == parent:
        time.sleep(0.01)
    set_session()

def program():
    print("the child runs", flush=True)
    time.sleep(20)

os.setsid = become_ready_late
Children().launch("late", program)
os.kill(parent, signal.SIGKILL)
"""
STOPPED_BEFORE_IT_IS_READY = """
import os, signal, time
from config.children import Children

def program():
    print("the child runs", flush=True)
    time.sleep(20)

def raise_stopped(*_):
    raise KeyboardInterrupt

signal.signal(signal.SIGTERM, raise_stopped)
os.register_at_fork(after_in_child=lambda: time.sleep(0.5))
children = Children()
children.launch("late", program)
children.stop()
print("stopped")
"""
OF_ANOTHER_KEEPER = """
import os
from tenants.database.embedded.keeper import end_with_parent
end_with_parent(os.getppid())
print("ends with it", flush=True)
end_with_parent(os.getpid())
print("runs on", flush=True)
"""


def run(program: str) -> tuple[int, str]:
    """Return the status of a program, and what it and its children printed until all of them had ended."""
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    return ended.returncode, ended.stdout


@on_linux
def test_a_child_ends_whose_parent_was_killed_before_the_child_was_ready() -> None:
    assert run(KILLED_BEFORE_ITS_CHILD_IS_READY) == (-signal.SIGKILL, "")


@on_linux
def test_a_child_stops_that_was_told_to_before_it_was_ready() -> None:
    assert run(STOPPED_BEFORE_IT_IS_READY) == (0, "stopped\n")


@on_linux
def test_a_database_whose_keeper_was_killed_before_it_started_does_not_start() -> None:
    assert run(OF_ANOTHER_KEEPER) == (-signal.SIGKILL, "ends with it\n")
