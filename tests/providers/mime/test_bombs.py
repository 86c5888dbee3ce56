"""Mail that is made to choke its reader: a kept reason, and little memory. `make bench` has the time."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.mail.bombs import BOMBS, html_mail

MEGABYTES = 64
# These are read whole: there is nothing to say.
HARMLESS = frozenset(
    {"wide table", "uuencode", "base64", "parameters", "spaces in base64"}
    | {"stray character in base64"}
)
MEASURE = """
import json, resource, sys
from pathlib import Path
from providers.loading import load_registry
from providers.mime.parsing import parse_paths
registry = load_registry([], installed=False)
list(parse_paths([Path(sys.argv[1])], registry))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
[row] = parse_paths([Path(sys.argv[2])], registry)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([row.reason, (after - before) / 1024]))
"""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_leaves_a_reason_and_takes_little_memory(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bombs")
    harmless, bomb = folder / "harmless.eml", folder / "bomb.eml"
    harmless.write_bytes(html_mail(b"<p>hi</p>"))
    bomb.write_bytes(BOMBS[name]())
    # A process of its own: what the others used before it counts for nothing.
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE, str(harmless), str(bomb)],
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    reason, megabytes = json.loads(ran.stdout)
    assert megabytes < MEGABYTES, f"{megabytes:.0f} MB"
    if name not in HARMLESS:
        assert reason
    bomb.unlink()
