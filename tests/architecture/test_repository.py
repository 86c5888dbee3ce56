"""No file of the repository has paths of one machine or addresses of package registries; links and names are right."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, tracked_files

# Split, so that this file holds none itself.
_MACHINE = re.compile(r"(?<![\w.$}\"'/~*-])/" + r"(?:work|root|home/\w+|Users/\w+)/")
_REGISTRY = re.compile(r"--(?:extra-)?index-url|--find-links|https?://|registry\s*=")
_LINK = re.compile(r"\]\((?!\w+:)([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_TEST_FILE = re.compile(r"`(tests/[\w/]+\.py)`")
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
    """Return the links to files, and to headings of pages, that aren't there."""
    return [link for link in _LINK.findall(page.read_text()) if not leads_somewhere(link, page)]


def leads_somewhere(link: str, page: Path) -> bool:
    name, _, heading = link.partition("#")
    target = page.parent / name if name else page
    if not heading or not target.exists():
        return target.exists()
    return heading in {anchor_of(found) for found in _HEADING.findall(target.read_text())}


def anchor_of(heading: str) -> str:
    """Return the anchor that hosts of repositories make of a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def missing_tests(page: Path) -> list[str]:
    """Return the test files that the page names and that don't exist."""
    return [name for name in _TEST_FILE.findall(page.read_text()) if not (ROOT / name).exists()]


def test_the_tests_that_security_names_exist() -> None:
    assert len(_TEST_FILE.findall((ROOT / "SECURITY.md").read_text())) > 10
    assert missing_tests(ROOT / "SECURITY.md") == []


def test_a_named_test_that_is_missing_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("`tests/gone/test_gone.py`, `tests/architecture/test_repository.py`")
    assert missing_tests(page) == ["tests/gone/test_gone.py"]


def test_no_page_leads_nowhere() -> None:
    pages = [path for path in tracked_files() if path.suffix == ".md"]
    assert len(pages) > 10
    assert {page.name: dead_links(page) for page in pages if dead_links(page)} == {}


def test_a_link_to_nowhere_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# It's `here`\n[a](page.md#its-here) [b](#gone) [c](gone.md) [d](https://example.com/d)"
    )
    assert dead_links(page) == ["#gone", "gone.md"]


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
