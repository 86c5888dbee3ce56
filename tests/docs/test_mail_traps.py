"""The table of traps is complete: each row has a golden pair or a test."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "mail-traps.md"
COUNTS = {"A": 30, "B": 18, "C": 15}
_ROW = re.compile(r"^\| ([A-C]\d\d) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_IDS = re.compile(r"([A-C]\d\d(?:\+[A-C]\d\d)*)(?:-.*)?")

ROWS = [(trap, kept.strip()) for trap, _, kept in _ROW.findall(PAGE.read_text(encoding="utf-8"))]


def traps_of(names: Iterable[str]) -> set[str]:
    """Return the ids at the beginning of golden pairs' names."""
    matches = (_IDS.fullmatch(name) for name in names)
    return {trap for match in matches if match for trap in match[1].split("+")}


GOLDEN = traps_of(
    path.stem for path in (ROOT / "providers" / "conformance" / "golden").glob("*/*.eml")
)


def is_kept(trap: str, kept: str, golden: set[str]) -> bool:
    if kept == "golden":
        return trap in golden
    path, _, name = kept.strip("`").partition("::")
    file = ROOT / path
    return file.is_file() and (not name or f"def {name}(" in file.read_text(encoding="utf-8"))


def test_the_table_has_every_trap_once_and_in_order() -> None:
    wanted = [
        f"{letter}{number:02}" for letter, count in COUNTS.items() for number in range(1, count + 1)
    ]
    assert [trap for trap, _ in ROWS] == wanted


@pytest.mark.parametrize(("trap", "kept"), ROWS)
def test_a_golden_pair_or_a_test_is_behind_each_trap(trap: str, kept: str) -> None:
    assert is_kept(trap, kept, GOLDEN), (
        f"{trap}: no golden pair begins with {trap}, and {kept} is no test"
    )


def test_golden_pairs_name_no_trap_that_is_not_in_the_table() -> None:
    assert {trap for trap, _ in ROWS} >= GOLDEN


def test_a_missing_pair_and_a_missing_test_are_noticed() -> None:
    assert traps_of(["A02+B04-words", "applied"]) == {"A02", "B04"}
    assert not is_kept("A02", "golden", {"A03"})
    assert not is_kept("A01", "`tests/docs/test_mail_traps.py::test_gone`", set())
    assert not is_kept("A01", "`tests/gone.py::test_gone`", set())
