"""Holds the mail sources of a plugin against the contract, as thoroughly as the kit can."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import cast

from providers.conformance.mail_sources.child import run_in_child
from providers.conformance.mail_sources.contract import THOROUGH, MailSourceContract
from providers.conformance.mail_sources.golden import GOLDEN_FOLDER, GoldenMail
from providers.contracts import MailSource
from providers.loading import ENTRY_POINT_GROUP, load_registry
from providers.reading import Passage, decide

CHECKS = tuple(name for name in vars(MailSourceContract) if name.startswith("test_"))
# These start a child process themselves, and stop it.
_IN_A_CHILD = frozenset(
    {
        "test_another_process_reads_the_same",
        "test_broken_mail_raises_nothing_and_is_read_soon",
        "test_cost_grows_with_the_mail",
        "test_reading_changes_nothing_that_others_use",
    }
)
_SECONDS_PER_CHECK = 60.0
_MAX_ERROR_CHARACTERS = 2_000


class NothingToCheck(Exception):
    """The plugin can't be found, or has no mail source, or there is no golden mail of it. The text is a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The outcome of one check. `error`: what was wrong, None where nothing was."""

    source: str
    name: str
    error: str | None
    seconds: float


def check_plugin(
    target: str,
    *,
    shipped: Sequence[str] = (),
    golden: Path | None = None,
    quick: bool = False,
    begin: Callable[[str], object] = lambda title: None,
) -> Iterator[Check]:
    """Yield the outcome of each check of each mail source of a plugin, when it is known.

    `target`: the name of a plugin that is shipped or installed, or a module that can be imported. `golden`: the folder
    of its golden mail; by default `golden` beside the module. `quick`: with as few broken mails and repeated phrases as
    in a test. `begin`: called with a check's title before it runs: one may take minutes. Raises `NothingToCheck`, and
    `PluginError` as the loader does.
    """
    module = _find_module(target, shipped)
    sources = load_registry([module], installed=False).mail_sources
    if not sources:
        raise NothingToCheck(f"{target} registers no mail source; tests of its own hold the rest")
    for source in sources:
        folder = golden or _find_golden(source, module)
        extent: dict[str, int | str] = {"module": module, **({} if quick else THOROUGH)}
        yield from _check_source(source, folder, extent, begin)


def _find_module(target: str, shipped: Sequence[str]) -> str:
    named = {module.rpartition(".")[2]: module for module in shipped}
    for entry_point in metadata.entry_points(group=ENTRY_POINT_GROUP):
        named.setdefault(entry_point.name, entry_point.module)
    module = named.get(target, target)
    unknown = f"there is no plugin and no module {target!r}"
    if not all(part.isidentifier() for part in module.split(".")):
        raise NothingToCheck(unknown)
    try:
        import_module(module)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and f"{module}.".startswith(f"{error.name}."):
            raise NothingToCheck(unknown) from None
        said = f"{type(error).__name__}: {error}"
        raise NothingToCheck(f"{module} doesn't import: {said}") from error
    return module


def _find_golden(source: MailSource, module: str) -> Path:
    file = import_module(module).__file__
    beside = Path(file or ".").parent / "golden"
    folder = beside if beside.is_dir() else GOLDEN_FOLDER / source.name
    if not folder.is_dir():
        raise NothingToCheck(f"there is no golden mail of {source.name}: no folder {beside}")
    return folder


def _check_source(
    source: MailSource,
    folder: Path,
    extent: Mapping[str, int | str],
    begin: Callable[[str], object],
) -> Iterator[Check]:
    try:
        golden = GoldenMail.from_folder(folder)
    except ValueError as error:
        raise NothingToCheck(f"golden mail of {source.name}: {error}") from error
    attributes = {"source": source, "golden": golden, **extent}
    contract = cast("type[MailSourceContract]", type("Checked", (MailSourceContract,), attributes))
    _compile_tables()
    for name in CHECKS:
        shown = name.removeprefix("test_").replace("_", " ")
        begin(f"{source.name}: {shown}")
        started = time.monotonic()
        fault = _run(getattr(contract(), name), name)
        seconds = time.monotonic() - started
        yield Check(source=source.name, name=shown, error=fault, seconds=seconds)


def _compile_tables() -> None:
    """Compile what takes a second of the first mail: each check runs in a copy of this process."""
    decide(Passage("text", "Your application was received."))


def _run(check: Callable[[], None], name: str) -> str | None:
    try:
        if name in _IN_A_CHILD:
            check()
        else:
            run_in_child(lambda _: check(), seconds_per_step=_SECONDS_PER_CHECK)
    except AssertionError as failed:
        return str(failed)[:_MAX_ERROR_CHARACTERS]
    except Exception as raised:  # noqa: BLE001 - whatever the plugin raises
        return f"{type(raised).__name__}: {raised}"[:_MAX_ERROR_CHARACTERS]
    return None
