"""What authors get wrong before a check begins is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from providers.authoring.checking import NothingToCheck, check_plugin
from providers.authoring.scaffold import NameRefused, write_package


@pytest.mark.parametrize(
    "name", ["", "Glassdoor", "glass door", "../glassdoor", "glassdoor-", "g" * 41, "gläss", "a\n"]
)
def test_what_is_no_name_makes_no_package(tmp_path: Path, name: str) -> None:
    with pytest.raises(NameRefused, match="is no name"):
        write_package(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "taken"), [("linkedin", ()), ("google", ("google",))])
def test_a_name_of_another_plugin_makes_no_package(
    tmp_path: Path, name: str, taken: tuple[str, ...]
) -> None:
    with pytest.raises(NameRefused, match=f"there is a plugin {name} already"):
        write_package(name, tmp_path, taken=taken)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NameRefused, match="can't be made: Not a directory"):
        write_package("glassdoor", tmp_path / "file")


@pytest.mark.parametrize("target", ["glassdoor", "happo_glassdoor", "glass-door", "", ".", "./a b"])
def test_what_is_no_plugin_is_said(target: str) -> None:
    with pytest.raises(NothingToCheck, match="there is no plugin and no module"):
        list(check_plugin(target))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import a_library_that_is_not_there", "ModuleNotFoundError: No module named 'a_library_"),
        ("def (", "SyntaxError: "),
        ("raise ValueError('no')", "ValueError: no"),
        ("raise SystemExit(2)", "SystemExit: 2"),
    ],
)
def test_a_plugin_that_does_not_import_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, said: str
) -> None:
    (tmp_path / "happo_broken.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(NothingToCheck, match=f"happo_broken doesn't import: {said}"):
        list(check_plugin("happo_broken"))
