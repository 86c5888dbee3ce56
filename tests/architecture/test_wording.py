"""Lines are narrow and words plain. `known_violations.json` lists the exceptions that are left, and may only shrink."""

import json
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.line_width import count_wide_lines, excess, wide_lines
from tests.architecture.plain_words import PROSE, riddles, riddles_in
from tests.architecture.source import ROOT, Source, python_sources, tracked_files

KNOWN: Final = Path(__file__).parent / "known_violations.json"
# Its names and examples are the words themselves.
_THIS_RULE: Final = ("tests/architecture/plain_words.py", "tests/architecture/test_wording.py")
# Written by tools, or the words of a licence.
_NOT_OURS: Final = ("LICENSE", "package-lock.json")


def count_riddles() -> dict[str, int]:
    """Return how many such words each file has, without the files that have none."""
    counts = {source.path: len(riddles_in(source)) for source in python_sources()}
    for path in tracked_files():
        if path.suffix in PROSE and path.name not in _NOT_OURS:
            text = f"{path.name}\n{path.read_text(errors='replace')}"
            counts[path.relative_to(ROOT).as_posix()] = len(riddles(text))
    return {
        path: count for path, count in sorted(counts.items()) if count and path not in _THIS_RULE
    }


@cache
def found(rule: str) -> dict[str, int]:
    return count_wide_lines(python_sources()) if rule == "wide_lines" else count_riddles()


def known(rule: str) -> dict[str, int]:
    counts: dict[str, int] = json.loads(KNOWN.read_text())[rule]
    return counts


@pytest.mark.parametrize("rule", ["wide_lines", "riddles"])
def test_no_violation_is_added(rule: str) -> None:
    assert excess(found(rule), allowed=known(rule)) == {}


@pytest.mark.parametrize("rule", ["wide_lines", "riddles"])
def test_a_violation_that_is_gone_leaves_the_list(rule: str) -> None:
    """Run `python -m tests.architecture.test_wording` to write the list again."""
    assert excess(known(rule), allowed=found(rule)) == {}


def test_one_more_violation_is_noticed() -> None:
    assert excess({"a.py": 2, "b.py": 1}, allowed={"a.py": 1, "b.py": 1}) == {"a.py": 1}


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("x = " + "1" * 96, []),
        ("x = " + "1" * 97, [1]),
        ("x = 1  # " + "c" * 100, []),
        ('def f():\n    """' + "d" * 100 + '"""', []),
        ('x = """\n' + "s" * 101 + '\n"""', [2]),
    ],
    ids=["100 columns", "101 columns", "a comment", "a docstring", "a text"],
)
def test_a_wide_line_is_noticed(text: str, wide: list[int]) -> None:
    assert wide_lines(Source("core/a.py", text)) == wide


@pytest.mark.parametrize(
    "text",
    [
        "# Nobody is proven to be asking.",
        "def test_whoever_asks(): ...",
        "class ClaimsSomebodyElse: ...",
        'def f():\n    """Somebody."""',
        'class A:\n    """A cache of one\'s own."""',
    ],
)
@pytest.mark.parametrize("path", ["core/a.py", "tests/test_a.py"])
def test_a_word_of_the_idiom_is_noticed(path: str, text: str) -> None:
    assert riddles_in(Source(path, text)) != []


def test_a_sample_in_a_test_is_data() -> None:
    text = 'login("nobody")'
    assert riddles_in(Source("tests/test_a.py", text)) == []
    assert riddles_in(Source("core/a.py", text)) != []


if __name__ == "__main__":
    KNOWN.write_text(
        json.dumps({rule: found(rule) for rule in ("wide_lines", "riddles")}, indent=1) + "\n"
    )
