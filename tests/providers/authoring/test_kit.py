"""A plugin author's way without a checkout: the kit from its wheel, a new package, its test, and the check."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from providers import __version__
from providers.compatibility import range_of_this_version
from tests.programs import missing
from tests.providers.authoring.environments import KIT, PIP, Environment, run
from tests.servers import CHECKOUT

PAGE = (CHECKOUT / "docs" / "plugins.md").read_text()
TUTORIAL = re.search(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1].splitlines()  # type: ignore[index]
pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the kit and nothing else; all tests of this file share it."""
    environment = Environment(tmp_path_factory.mktemp("environment") / "env")
    environment.install(str(KIT))
    return environment


@pytest.fixture(scope="module")
def package(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the commands of the tutorial in `docs/plugins.md` make."""
    folder = tmp_path_factory.mktemp("work")
    for line in TUTORIAL:
        match shlex.split(line):
            case ["python", "-m", "pip", "install", "happo-plugin-kit"]:
                pass  # No index has it yet: the environment has it from the checkout.
            case ["python", "-m", "pip", "install", what]:
                environment.install(what, cwd=folder)
            case command:
                environment.run(*command, cwd=folder)
    return folder / "happo-glassdoor"


def test_the_kit_needs_no_checkout(environment: Environment, tmp_path: Path) -> None:
    found = environment.run(
        "python", "-c", "import providers.testing as t; print(t.__file__)", cwd=tmp_path
    )
    assert found.startswith(str(environment.folder))
    version = environment.run(
        "python",
        "-c",
        "from importlib.metadata import version; print(version('happo-plugin-kit'))",
        cwd=tmp_path,
    )
    assert version.strip() == __version__


def test_the_tutorial_makes_a_plugin_that_passes_every_check(package: Path) -> None:
    assert (package / "src" / "happo_glassdoor" / "golden" / "received.eml").is_file()
    assert [line.split()[0] for line in TUTORIAL[-2:]] == ["python", "happo-plugin"]


def test_a_plugin_that_reads_too_little_fails_its_check(
    environment: Environment, package: Path
) -> None:
    golden = package.parent / "golden"
    shutil.copytree(package / "src" / "happo_glassdoor" / "golden", golden)
    written = json.loads((golden / "received.json").read_text())
    written["events"][0]["company"] = "Another"
    (golden / "received.json").write_text(json.dumps(written))
    said = environment.run(
        *("happo-plugin", "check", "glassdoor", "--golden", str(golden), "--quick", "--json"),
        cwd=package.parent,
        status=1,
    )
    report = json.loads(said)
    failed = [check["check"] for check in report["checks"] if not check["ok"]]
    assert "golden mail says what it says each time" in failed
    assert not report["ok"]


def test_the_product_has_the_kit_as_its_one_copy_of_the_code(tmp_path: Path) -> None:
    try:
        kit = metadata.distribution("happo-plugin-kit")
    except metadata.PackageNotFoundError:
        missing("happo-plugin-kit is not installed: make dev-packages")
    assert kit.version == __version__
    assert json.loads(kit.read_text("direct_url.json") or "{}")["dir_info"] == {"editable": True}
    assert (KIT / "providers").resolve() == CHECKOUT / "providers"
    # pip fetches no other one for a plugin: it has no index to fetch it from.
    run([*PIP, "install", "--quiet", "--no-index", f"happo-plugin-kit{range_of_this_version()}"])


def test_the_product_gets_the_libraries_of_the_kit_through_it() -> None:
    product = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    assert "happo-plugin-kit[social]" in product["dependencies"]
