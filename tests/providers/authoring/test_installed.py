"""The end of the tutorial in `docs/plugins.md`: plugins that pip built and installed, and the applications of their mail."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from providers.authoring.scaffold import write_package
from tests.config.test_run import Running, running
from tests.programs import required_program
from tests.providers.authoring.environments import Environment, run
from tests.servers import CHECKOUT, free_port

PAGE = (CHECKOUT / "docs" / "plugins.md").read_text()
WELLFOUND = CHECKOUT / "examples" / "plugins" / "wellfound"
[INSTALL, SEE] = [
    block.splitlines()
    for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1:3]
]
pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Installation:
    """A running Happo with its demo tenant, in an environment of its own; `folder` has the author's package."""

    environment: Environment
    server: Running
    folder: Path

    @property
    def demo(self) -> dict[str, str]:
        """Return what `make run` printed of the demo tenant."""
        read: dict[str, str] = json.loads((self.server.data_dir / "demo.json").read_text())
        return read

    def manage(self, *arguments: str) -> str:
        """Run a command of operators in this environment, on this installation."""
        known = f"HAPPO_DATA_DIR={self.server.data_dir}"
        command = [str(CHECKOUT / "manage.py"), *arguments]
        return run(["env", known, str(self.environment.python), *command], cwd=self.folder)

    def curl(self, *arguments: str) -> Any:  # Any: a JSON document
        """Send a request with curl; return `data` of the answer."""
        curl = required_program("curl", package="curl")
        return json.loads(run([curl, "--silent", *arguments], cwd=self.folder))["data"]

    def follow(self, line: str, **words: str) -> Any:  # Any: as above
        """Run a line of the tutorial, with the words in capitals exchanged."""
        for word, value in words.items():
            line = re.sub(rf"\b{word}\b", value, line)
        match shlex.split(line.replace("http://localhost:8000", self.url)):
            case [".venv/bin/python", "manage.py", *arguments]:
                return self.manage(*arguments)
            case ["curl", *arguments]:
                return self.curl(*arguments)
        raise AssertionError(f"the tutorial has another command: {line}")

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server.port}"


@pytest.fixture(scope="module")
def installation(
    made_data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("author")
    write_package("glassdoor", folder)
    shutil.copytree(WELLFOUND, folder / "wellfound")
    environment = Environment.of_product(folder / "env")
    assert INSTALL == [".venv/bin/python -m pip install ./happo-glassdoor", "make run"]
    # `test_kit` has pip make an environment to build in, which takes long.
    environment.install(
        "./happo-glassdoor", "./wellfound", cwd=folder, options=["--no-build-isolation"]
    )
    command = (str(environment.python), "-m", "config.run")
    with running(made_data_dir, free_port(), command=command) as server:
        server.await_banner()
        yield Installation(environment, server, folder)


@pytest.fixture(scope="module")
def token(installation: Installation) -> str:
    """The access token that the tutorial's log-in gives."""
    demo = installation.demo
    answer = installation.follow(
        SEE[1],
        CLIENT_ID=demo["client_id"],
        CLIENT_SECRET=demo["client_secret"],
        PASSWORD=demo["seeker_password"],
    )
    return str(answer["access_token"])


def test_the_example_is_built_as_a_new_plugin_is(tmp_path: Path) -> None:
    built = [
        tomllib.loads((package / "pyproject.toml").read_text())["build-system"]
        for package in (WELLFOUND, write_package("glassdoor", tmp_path))
    ]
    assert built[0] == built[1]


def test_pip_installs_no_second_copy_of_the_kit(installation: Installation) -> None:
    where = "import providers; print(providers.__file__)"
    found = installation.environment.run("python", "-c", where, cwd=installation.folder)
    assert Path(found.strip()).resolve() == CHECKOUT / "providers" / "__init__.py"


def test_the_tutorial_ends_with_an_application(installation: Installation, token: str) -> None:
    installation.follow(SEE[0])
    listed = installation.follow(SEE[2], ACCESS_TOKEN=token)
    [found] = [one for one in listed if one["source"] == "glassdoor"]
    assert (found["jobTitle"], found["company"]) == ("Line Cook", "Bistro Vert")


def test_the_mail_of_the_example_becomes_applications(
    installation: Installation, token: str
) -> None:
    golden = "wellfound/src/happo_wellfound/golden"
    installation.manage(
        "mail", "import", golden, "--tenant", "demo", "--user", installation.demo["seeker_email"]
    )
    listed = installation.follow(SEE[2], ACCESS_TOKEN=token)
    found = {
        (one["jobTitle"], one["company"]): (one["applicationStatus"]["value"], one["isRejected"])
        for one in listed
        if one["source"] == "Wellfound"
    }
    assert found == {
        ("Line Cook", "Bistro Vert"): ("Phone Screen", False),
        ("Pastry Chef", "Mill and Oven"): ("Applied", True),
    }


def test_the_example_passes_its_own_test(installation: Installation) -> None:
    said = installation.environment.run(
        *("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:django"),
        cwd=installation.folder / "wellfound",
    )
    assert " passed" in said


def test_switching_a_plugin_on_says_that_processes_have_to_restart(
    installation: Installation,
) -> None:
    said = installation.manage("plugin", "on", "wellfound", "--tenant", "demo")
    assert "Restart web and worker processes" in said
    assert "happo-wellfound 1.0.0" in said
    shipped = installation.manage("plugin", "on", "lever", "--tenant", "demo")
    assert "Restart" not in shipped
