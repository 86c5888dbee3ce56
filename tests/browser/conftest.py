"""Chromium, driven by Playwright, and a web server, which all tests of this folder share."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from tests.browser.launching import launched_chromium
from tests.browser.visits import Site
from tests.programs import required_program
from tests.servers import running_server

# Where npm is told which versions are meant.
_NPM: Final = Path(__file__).parent


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with launched_chromium(required_program("chromium", package="chromium")) as browser:
        yield browser


@pytest.fixture(scope="package")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What npm brings."""
    npm = required_program("npm", package="npm")
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_NPM / name, folder)
    subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=folder,
        check=True,
        timeout=300,
        capture_output=True,
    )
    return folder / "node_modules"


@pytest.fixture(scope="package")
def axe(node_modules: Path) -> str:
    """The source of axe-core, which examines a page for what keeps people from using it."""
    return (node_modules / "axe-core" / "axe.min.js").read_text()


@pytest.fixture(scope="package")
def site(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    chromium: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A server of the session's database, over HTTP, as Chromium sees it."""
    with (
        django_db_blocker.unblock(),
        running_server(
            tmp_path_factory.mktemp("site"), HTTPS="false", INBOUND_DOMAIN="in.example"
        ) as server,
    ):
        yield Site(chromium, server.port)
