"""The pages of the documentation in Chromium: read by axe-core in light and dark colours, with operations open."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from api_v1.versions import HEAD
from tests.programs import required_program
from tests.servers import running_server

BROWSER: Final = Path(__file__).parent / "browser"
OLDEST: Final = "v20180701"
# The rule and the class of the elements: Swagger UI puts the link to an operation into the button that opens it.
NOT_OURS: Final = ("nested-interactive", "opblock-summary-control")
pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]
Found = dict[str, Any]  # Any: what session.mjs prints


def run(*command: str | Path, folder: Path) -> str:
    ran = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def found(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Found:
    """What session.mjs finds, for all tests: the pages are examined once."""
    chromium = required_program("chromium", package="chromium")
    npm = required_program("npm", package="npm")
    node = required_program("node", package="nodejs")
    made = tmp_path_factory.mktemp("browser")
    folder = shutil.copytree(BROWSER, made / "session")
    run(npm, "ci", "--no-audit", "--no-fund", "--loglevel=error", folder=folder)
    # HTTPS: the server would redirect style sheets and scripts.
    with django_db_blocker.unblock(), running_server(made / "data", HTTPS="false") as server:
        versions = f"{HEAD},{OLDEST}"
        found: Found = json.loads(
            run(node, "session.mjs", server.url, chromium, versions, folder=folder)
        )
    return found


def test_axe_finds_nothing_serious_in_light_and_in_dark_colours(found: Found) -> None:
    violations = [
        one
        for page in found["pages"]
        for one in page["violations"]
        if one["impact"] in ("serious", "critical")
        and not (one["id"] == NOT_OURS[0] and NOT_OURS[1] in one["html"])
    ]
    assert violations == []
    # The rules did look at something, and the four pages were in their colours.
    assert all("color-contrast" in page["passes"] for page in found["pages"])
    assert all(
        len(page["passes"]) > 20 for page in found["pages"] if page["colorScheme"] == "light"
    )
    light, dark, *others = [page["shown"] for page in found["pages"]]
    assert light != dark
    assert others == [light, dark]


def test_a_key_stays_while_the_version_changes(found: Found) -> None:
    assert found["switched"] == {"authorization": "Bearer a key of this person", "version": OLDEST}


def test_the_button_copies_the_first_request(found: Found) -> None:
    copied = found["copied"]
    assert copied.startswith("curl http://127.0.0.1:")
    assert f'-H "x-happo-api-version: {HEAD}"' in copied
