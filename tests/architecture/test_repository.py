"""What no file of the repository holds: places of one machine, addresses of package registries."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, tracked_files

# Split, so that this file holds none itself.
_MACHINE = re.compile(r"(?<![\w.$}\"'/~*-])/" + r"(?:work|root|home/\w+|Users/\w+)/")
_REGISTRY = re.compile(r"--(?:extra-)?index-url|--find-links|https?://|registry\s*=")
_LINK = re.compile(r"\]\((?!\w+:)([^)\s]+)\)")
_TEXT = frozenset(
    (".py", ".md", ".txt", ".toml", ".sh", ".yml", ".yaml", ".cfg", ".html", ".json", "")
)


def machine_places(text: str) -> list[str]:
    return _MACHINE.findall(text)


def registry_addresses(text: str) -> list[str]:
    return _REGISTRY.findall(text)


def text_of(path: Path) -> str:
    return path.read_text(errors="replace") if path.suffix in _TEXT else ""


def test_no_file_names_a_place_of_one_machine() -> None:
    found = {str(path.relative_to(ROOT)): machine_places(text_of(path)) for path in tracked_files()}
    assert {name: places for name, places in found.items() if places} == {}


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_pins_hashes_and_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert registry_addresses(text) == []
    pinned = re.findall(r"^[a-z0-9._\[\]-]+==\S+", text, re.MULTILINE | re.IGNORECASE)
    assert len(pinned) > 20
    assert text.count("--hash=sha256:") >= len(pinned)


def dead_links(page: Path) -> list[str]:
    """Return the links to files that aren't there. `make bench` writes its page."""
    links = (link.partition("#")[0] for link in _LINK.findall(page.read_text()))
    return [
        link
        for link in links
        if link and not (page.parent / link).exists() and not link.endswith("benchmarks.md")
    ]


def test_no_page_leads_nowhere() -> None:
    pages = [path for path in tracked_files() if path.suffix == ".md"]
    assert len(pages) > 10
    assert {page.name: dead_links(page) for page in pages if dead_links(page)} == {}


def test_a_link_to_nowhere_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[a](page.md#here) [b](#there) [c](gone.md) [d](https://example.com/gone.md)")
    assert dead_links(page) == ["gone.md"]


def test_decisions_are_numbered_without_a_gap() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:5] for page in pages] == [
        f"{number:04}-" for number in range(1, len(pages) + 1)
    ]
    for number, page in enumerate(pages, 1):
        assert page.read_text().startswith(f"# {number}. ")


def test_both_are_noticed() -> None:
    assert machine_places("see " + "/root" + "/x") != []
    assert machine_places("cd " + "/home" + "/me/x") != []
    assert registry_addresses("--index-url https://example.com/simple") != []
