"""Mail that is made to choke its reader: a kept reason, and little memory. `make bench` has the time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

HEAD = b"From: a@b.test\nDate: Tue, 8 Sep 2026 09:30:00 +0000\n"
MEGABYTES = 64


def _nested(levels: int) -> bytes:
    each = (
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level)
        for level in range(levels)
    )
    return HEAD + b"".join(each) + b"Content-Type: text/plain\n\nhi\n"


def _html(html: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html\n\n" + html


BOMBS: dict[str, Callable[[], bytes]] = {
    "parts": lambda: (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\nContent-Type: text/plain\n\nhi\n" * 10_000
    ),
    "levels": lambda: _nested(1_000),
    "headers": lambda: (
        HEAD + b"".join(b"X-%d: v\n" % number for number in range(200_000)) + b"\nhi"
    ),
    "addresses": lambda: (
        b"From: "
        + b", ".join(b"u%d@x.test" % number for number in range(50_000))
        + b"\n"
        + HEAD[16:]
        + b"\nhi"
    ),
    "recipients": lambda: (
        HEAD + b"To: " + b", ".join(b"u%d@x.test" % number for number in range(50_000)) + b"\n\nhi"
    ),
    "divs": lambda: _html(b"<div>" * 1_000_000),
    "attributes": lambda: _html(
        b"<a " + b" ".join(b"a%d=1" % number for number in range(1_000_000)) + b">"
    ),
    "wide table": lambda: _html(
        b"<table><tr><td>" + b"x" * 200_000 + b"</td><td>y" + b"<tr><td>a<td>b" * 60_000
    ),
    "line": lambda: HEAD + b"\n" + b"x" * 50_000_000,
    "parentheses": lambda: b"From: " + b"(" * 500_000 + b"\n" + HEAD[16:] + b"\nhi",
    "uuencode": lambda: (
        HEAD + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n" + b"!\n" * 2_000_000
    ),
    "base64": lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"-\n" * 2_000_000,
}
# These are read whole: there is nothing to say.
HARMLESS = frozenset({"wide table", "uuencode", "base64"})
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
    harmless.write_bytes(_html(b"<p>hi</p>"))
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
