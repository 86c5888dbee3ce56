"""A plugin author's way without a checkout: the kit from its wheel, a new package, its test, and the check."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

from providers import __version__
from tests.providers.authoring.environments import KIT, Environment
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
        *("happo-plugin", "check", "glassdoor", "--golden", str(golden), "--json"),
        cwd=package.parent,
        status=1,
    )
    report = json.loads(said)
    failed = [check["check"] for check in report["checks"] if not check["ok"]]
    assert "golden mail says what it says each time" in failed
    assert not report["ok"]


def test_the_product_asks_for_the_same_libraries_as_the_kit() -> None:
    kit = tomllib.loads((KIT / "pyproject.toml").read_text())["project"]
    product = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    asked = [*kit["dependencies"], *kit["optional-dependencies"]["social"]]
    assert set(asked) <= set(product["dependencies"])
    assert (KIT / "providers").resolve() == CHECKOUT / "providers", "there is one copy of the code"
