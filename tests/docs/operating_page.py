"""What `docs/operating.md` shows: blocks of a language, variables, and commands in running text."""

import re
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "operating.md"
# Every language that the page may use, each run by a test.
LANGUAGES: Final = ("sql", "nginx", "caddy", "postfix", "sh")
_BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks_of(language: str, *, heading: str = "") -> list[str]:
    """Return the blocks in one language, below `heading` alone where one is given."""
    text = PAGE.read_text()
    if heading:
        text = re.split(r"^##+ ", text.partition(f"# {heading}\n")[2], flags=re.MULTILINE)[0]
        assert text, heading
    return [content for name, content in _BLOCK.findall(text) if name == language]


def all_languages() -> list[str]:
    return [language for language, _ in _BLOCK.findall(PAGE.read_text())]


def variables() -> set[str]:
    """Return the variables of the table below "The environment"."""
    table = PAGE.read_text().partition("## The environment")[2].partition("## ")[0]
    rows = re.findall(r"^\| (`[^|]*`) \|", table, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def commands() -> list[str]:
    """Return the arguments of each `manage.py ...` in running text and tables."""
    text = _BLOCK.sub("", PAGE.read_text())
    return list(re.findall(r"`(?:\./)?manage\.py ([^`]+)`", text))
