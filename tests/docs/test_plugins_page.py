"""The example of `docs/plugins.md`, installed as a distribution, found, and tested with the conformance kit."""

import re
import sys
import tomllib
from importlib import import_module
from inspect import getmembers, isfunction
from pathlib import Path

import pytest

from config.wiring import SHIPPED_PLUGINS
from providers import hookspecs
from providers.loading import ENTRY_POINT_GROUP, load_registry
from providers.testing import AuthProviderContract

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "plugins.md").read_text()
CHECKS = [
    name for name, _ in getmembers(AuthProviderContract, isfunction) if name.startswith("test_")
]


def block(language: str, place: int = 0) -> str:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[place]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pip makes of the page, in a folder on the path."""
    project = tomllib.loads(block("toml"))["project"]
    ((name, module),) = project["entry-points"][ENTRY_POINT_GROUP].items()
    metadata = tmp_path / f"{module}-{project['version']}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    (metadata / "entry_points.txt").write_text(f"[{ENTRY_POINT_GROUP}]\n{name} = {module}\n")
    (tmp_path / f"{module}.py").write_text(block("python"))
    (tmp_path / "acme_conformance.py").write_text(block("python", 1))
    monkeypatch.syspath_prepend(str(tmp_path))
    for imported in (module, "acme_conformance"):
        monkeypatch.delitem(sys.modules, imported, raising=False)


def test_it_is_found_by_its_entry_point(installed: None) -> None:
    registry = load_registry()
    provider = registry.auth_provider("acme")
    assert provider is not None
    assert str(registry.plugin_of(provider)) == "acme (happo-acme 1.0)"


@pytest.mark.parametrize("check", CHECKS)
def test_it_conforms(installed: None, check: str) -> None:
    getattr(import_module("acme_conformance").TestAcme(), check)()


def test_every_hook_is_on_the_page() -> None:
    hooks = {name for name, _ in getmembers(hookspecs, isfunction) if name.startswith("register_")}
    assert set(re.findall(r"^\| `(register_\w+)`", PAGE, re.MULTILINE)) == hooks


@pytest.mark.parametrize(
    "link", sorted(set(re.findall(r"`((?:providers|plugins|config)/[\w/.]+)`", PAGE)))
)
def test_what_it_points_at_is_there(link: str) -> None:
    assert (Path(__file__).resolve().parents[2] / link).exists()


def test_the_page_and_the_readme_name_the_shipped_mail_sources() -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text().lower()
    names = [source.name for source in load_registry(SHIPPED_PLUGINS, installed=False).mail_sources]
    assert len(names) == 12
    for name in names:
        assert f"`{name}`" in PAGE
        assert name in readme
