"""Sources in processes of their own: whatever one does harms one mail, and becomes its error."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from providers.contracts import Message, Sender
from providers.interpretation import AskSource, Interpretation, ask_one, interpret
from providers.isolation import processes as isolation
from providers.isolation.forking import ReadingProcess
from providers.isolation.processes import (
    MAX_STOPPED_OWNERS,
    MAX_STOPS,
    NOT_ASKED,
    SourceProcesses,
)
from providers.isolation.worker import MAX_BYTES_KEPT, NICENESS
from providers.registry import Plugin, Registered, Registry
from tests.providers.conformance.acme import SoundSource, mail
from tests.providers.isolation.poisonous import SOURCES
from tests.waiting import wait_until

pytestmark = pytest.mark.server
POISONOUS = "tests.providers.isolation.poisonous"
PLUGIN = Plugin(name="poisonous", origin="shipped", module=__name__)
REGISTRY = Registry(
    plugins=(PLUGIN,), registered_mail_sources=tuple(Registered(PLUGIN, one) for one in SOURCES)
)


@pytest.fixture(scope="module")
def processes() -> Iterator[SourceProcesses]:
    processes = SourceProcesses([POISONOUS], installed=False, seconds=0.5)
    yield processes
    processes.close()


@pytest.fixture(autouse=True)
def long_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no rest end within a test: on a busy machine a new process starts late."""
    monkeypatch.setattr(isolation, "SECONDS_OF_REST", 3600.0)


def has_ended(process: ReadingProcess) -> bool:
    return not process.is_alive


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    # One that has ended and that its new parent hasn't waited for.
    return state == "Z"


def receipt(domain: str, title: str = "Cook") -> Message:
    return mail(title, "Bob & Sons").model_copy(update={"sender": Sender(address=f"no@{domain}")})


def read(processes: SourceProcesses, message: Message) -> Interpretation:
    return interpret(message, REGISTRY, proof_needed=False, ask=processes.ask)


def ask(asks: AskSource, domain: str, title: str = "Cook") -> Interpretation:
    return interpret(receipt(domain, title), REGISTRY, proof_needed=False, ask=asks)


def test_a_sound_source_says_the_same_as_in_this_process(processes: SourceProcesses) -> None:
    for message in (receipt("acme.test"), receipt("acme.test", "Line Cook at Night")):
        alone = interpret(message, REGISTRY, proof_needed=False, ask=ask_one)
        assert alone.events
        assert read(processes, message) == alone
    nothing = receipt("acme.test").model_copy(update={"subject": "Jobs for you"})
    assert read(processes, nothing) == interpret(nothing, REGISTRY, proof_needed=False)


def test_what_a_source_raises_is_its_error(processes: SourceProcesses) -> None:
    answer = read(processes, receipt("raises.test"))
    assert answer.error == "ValueError: another template"
    assert answer.source is not None
    assert answer.source.name == "raises"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("loops", "Stopped: stopped after 0.5 s of processor time"),
        ("ends", "Stopped: its process ended"),
        ("eats", "MemoryError"),
    ],
)
def test_a_source_that_goes_too_far_is_stopped_and_the_next_mail_is_read(
    processes: SourceProcesses, name: str, error: str
) -> None:
    answer = read(processes, receipt(f"{name}.test"))
    assert (answer.error or "").startswith(error)
    assert answer.source is not None
    assert answer.source.name == name
    assert read(processes, receipt("acme.test")).events


@pytest.mark.parametrize("name", ["forks", "starts"])
def test_a_source_starts_no_process(processes: SourceProcesses, name: str) -> None:
    answer = read(processes, receipt(f"{name}.test"))
    assert answer.error == "RuntimeError: a mail source starts no process"


def test_a_thread_that_a_source_leaves_takes_no_time_of_others_mail(
    processes: SourceProcesses,
) -> None:
    answer = read(processes, receipt("thread.test"))
    assert answer.error == "Stopped: it left a thread behind"
    assert read(processes, receipt("acme.test")).events


def test_signals_that_a_source_has_set_are_those_of_its_mail_alone(
    processes: SourceProcesses,
) -> None:
    assert read(processes, receipt("tampers.test")).events
    assert read(processes, receipt("timers.test")).events
    assert read(processes, receipt("tampers.test")).events
    stopped = ask(processes.ask_for("max"), "sometimes.test", title="Loop")
    assert stopped.error == "Stopped: stopped after 0.5 s of processor time"


def test_what_a_source_keeps_of_its_mail_goes_with_the_process(processes: SourceProcesses) -> None:
    readers = set()
    for _ in range(2 * MAX_BYTES_KEPT // (20 * 1024 * 1024)):
        before = list(processes._idle)
        assert read(processes, receipt("keeps.test")).events
        readers.add(before[-1].pid if before else 0)
    assert len(readers) > 1
    assert read(processes, receipt("acme.test")).events


def test_sources_read_behind_all_else_that_the_machine_does(processes: SourceProcesses) -> None:
    assert read(processes, receipt("acme.test")).events
    latest = processes._idle[-1].pid
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, latest) == max(own, NICENESS)


def test_waiting_is_no_time_of_the_processor(processes: SourceProcesses) -> None:
    assert ask(processes.ask_for("pat"), "waits.test", title="Cook at Night").events


def test_a_source_that_waits_too_long_is_stopped_by_the_clock() -> None:
    impatient = SourceProcesses([POISONOUS], installed=False, by_the_clock=1.5)
    try:
        answer = read(impatient, receipt("waits.test", title="Cook for Ages"))
    finally:
        impatient.close()
    assert answer.error == "Stopped: stopped after 1.5 s"


def test_loading_the_plugins_is_no_time_of_the_first_mail() -> None:
    plugin = "tests.providers.isolation.slow_to_load"
    cold = SourceProcesses([plugin], installed=False, seconds=0.5)
    registry = Registry(
        plugins=(PLUGIN,), registered_mail_sources=(Registered(PLUGIN, SoundSource()),)
    )
    try:
        answer = interpret(receipt("acme.test"), registry, proof_needed=False, ask=cold.ask)
    finally:
        cold.close()
    assert (answer.error, len(answer.events)) == (None, 1)


def test_a_process_that_ended_while_it_was_idle_harms_no_mail() -> None:
    processes = SourceProcesses([POISONOUS], installed=False)
    try:
        assert read(processes, receipt("acme.test")).events
        for process in processes._idle:
            os.kill(process.pid, signal.SIGKILL)
            wait_until(partial(has_ended, process))
        assert read(processes, receipt("acme.test")).events
    finally:
        processes.close()


def test_where_the_process_that_loaded_the_plugins_has_ended_they_are_loaded_again() -> None:
    processes = SourceProcesses([POISONOUS], installed=False)
    try:
        assert read(processes, receipt("acme.test")).events
        loader, (reading,) = processes._loader, processes._idle
        assert loader is not None
        os.kill(loader.pid, signal.SIGKILL)
        # What it has forked goes on reading, and where that is stopped too, another loader takes over.
        assert read(processes, receipt("acme.test")).events
        assert processes._idle == [reading]
        assert (read(processes, receipt("ends.test")).error or "").startswith("Stopped: ")
        assert read(processes, receipt("acme.test")).events
        assert processes._loader is not loader
    finally:
        processes.close()


def test_nothing_stays_where_the_process_that_asks_is_killed() -> None:
    program = (
        "import os; from tests.providers.isolation import test_processes as test\n"
        "processes = test.SourceProcesses([test.POISONOUS], installed=False)\n"
        "assert test.read(processes, test.receipt('acme.test')).events\n"
        "print(processes._loader.pid, processes._idle[0].pid, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    for pid in map(int, killed.stdout.split()):
        wait_until(partial(is_gone, pid))


def test_a_source_that_is_stopped_again_and_again_is_not_asked_for_a_while(
    processes: SourceProcesses,
) -> None:
    hostile = processes.ask_for("mallory")
    errors = [ask(hostile, "loops.test").error for _ in range(MAX_STOPS + 1)]
    assert errors[-1] == "Stopped: not asked: it was stopped repeatedly before"
    assert ask(hostile, "acme.test").events


def test_hostile_mail_to_one_owner_keeps_no_source_from_the_mail_of_others(
    processes: SourceProcesses,
) -> None:
    for _ in range(MAX_STOPS + 1):
        ask(processes.ask_for("eve"), "sometimes.test", title="Loop")
    assert ask(processes.ask_for("jo"), "sometimes.test").events


def test_a_source_that_the_mail_of_many_stops_is_asked_for_none(
    processes: SourceProcesses,
) -> None:
    for number in range(MAX_STOPPED_OWNERS):
        ask(processes.ask_for(f"owner {number}"), "breaks.test")
    assert (ask(processes.ask_for("jo"), "breaks.test").error or "").startswith(NOT_ASKED)
    assert ask(processes.ask_for("jo"), "acme.test").events


def test_a_source_sees_no_environment_and_its_output_goes_nowhere(
    processes: SourceProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "of this process")
    fresh = SourceProcesses([POISONOUS], installed=False)
    try:
        assert read(fresh, receipt("prints.test")).events
    finally:
        fresh.close()


def test_threads_do_not_mix_up_their_answers(processes: SourceProcesses) -> None:
    titles = [f"Cook {number}" for number in range(20)]
    with ThreadPoolExecutor(2) as threads:
        answers = list(
            threads.map(lambda title: read(processes, receipt("acme.test", title)), titles)
        )
    assert [answer.events[0].title for answer in answers] == titles
