"""Sources of installed plugins read each mail in a process of its own: what they do to it ends with that mail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from providers.interpretation import ask_one, interpret
from providers.isolation import processes as isolation
from providers.isolation.processes import SourceProcesses
from providers.registry import Plugin, Registered, Registry
from tests.providers.isolation.test_processes import POISONOUS, receipt
from tests.providers.isolation.unruly import MARK, MISDEEDS, register_mail_sources

pytestmark = pytest.mark.server
MODULE = "tests.providers.isolation.unruly"
PLUGIN = Plugin(name="unruly", origin="installed", module=MODULE, distribution="unruly 1.0")
REGISTRY = Registry(
    plugins=(PLUGIN,),
    registered_mail_sources=tuple(Registered(PLUGIN, one) for one in register_mail_sources()),
)


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SourceProcesses]:
    """Processes that find the plugin as pip installs it, beside shipped ones."""
    folder = tmp_path_factory.mktemp("site")
    distribution = folder / "unruly-1.0.dist-info"
    distribution.mkdir()
    (distribution / "METADATA").write_text("Metadata-Version: 2.1\nName: unruly\nVersion: 1.0\n")
    (distribution / "entry_points.txt").write_text(f"[happo.plugins]\nunruly = {MODULE}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        # On a busy machine a new process starts late, and no rest may end within a test.
        patch.setattr(isolation, "SECONDS_OF_REST", 3600.0)
        processes = SourceProcesses([POISONOUS], seconds=0.5)
        yield processes
        processes.close()


def _say(processes: SourceProcesses, name: str, title: str) -> tuple[str | None, list[str | None]]:
    """Return the error of a mail, and the titles that were read in it."""
    message = receipt(f"{name}.unruly.test", title)
    answer = interpret(message, REGISTRY, proof_needed=False, ask=processes.ask)
    return answer.error, [event.title for event in answer.events]


@pytest.mark.parametrize("name", MISDEEDS)
def test_what_a_source_does_to_its_process_ends_with_that_mail(
    processes: SourceProcesses, name: str
) -> None:
    _, wanted = MISDEEDS[name]
    assert _say(processes, name, "Cook") == (None, ["Cook"])
    error, titles = _say(processes, name, f"{MARK} Cook")
    if wanted:
        assert (error or "").startswith(wanted)
    else:
        assert (error, titles) == (None, [f"{MARK} Cook"])
    assert _say(processes, name, "Waiter") == (None, ["Waiter"])
    assert interpret(
        receipt("memory.unruly.test"), REGISTRY, proof_needed=False, ask=processes.ask
    ).events


def test_what_a_sound_source_says_there_is_what_it_says_here(
    processes: SourceProcesses,
) -> None:
    for message in (
        receipt("thread.unruly.test", "Line Cook at Night"),
        receipt("thread.unruly.test").model_copy(update={"subject": "Jobs for you"}),
        receipt("thread.unruly.test").model_copy(update={"subject": "You applied to be told"}),
    ):
        here = interpret(message, REGISTRY, proof_needed=False, ask=ask_one)
        assert interpret(message, REGISTRY, proof_needed=False, ask=processes.ask) == here
