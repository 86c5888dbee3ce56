"""Plugins that came by pip: found by their entry point, as a real distribution on the path."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from providers import __version__
from providers.loading import PluginError, load_registry
from tests.providers.fakes import FakeAuth, plugin_module

ROOT = Path(__file__).resolve().parents[2]
ACME = """
    from providers.contracts import AuthContext, Credentials, Identity
    from providers.hookspecs import hookimpl

    class AcmeLogin:
        name = "acme-login"

        def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
            return Identity(provider=self.name, subject="1")

    @hookimpl
    def register_auth_providers() -> list[AcmeLogin]:
        return [AcmeLogin()]
"""
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a distribution into a folder on the path, laid out as pip does."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(
        plugin: str, source: str, *, module: str | None = None, requires: str = "pydantic"
    ) -> None:
        module = module or f"happo_{plugin}"
        monkeypatch.delitem(sys.modules, module, raising=False)
        (tmp_path / f"{module}.py").write_text(dedent(source))
        metadata = tmp_path / f"{module}-1.2.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: happo-{plugin}\nVersion: 1.2\n"
            f"Requires-Dist: {requires}\n"
        )
        (metadata / "entry_points.txt").write_text(f"[happo.plugins]\n{plugin} = {module}\n")

    return install


def test_an_installed_plugin_is_found_and_named_with_its_distribution(install: Install) -> None:
    install("acme", ACME)
    registry = load_registry()
    provider = registry.auth_provider("acme-login")
    assert provider is not None
    plugin = registry.plugin_of(provider)
    assert plugin is not None
    assert (plugin.name, plugin.origin, plugin.distribution) == (
        "acme",
        "installed",
        "happo-acme 1.2",
    )
    assert str(plugin) == "acme (happo-acme 1.2)"


def test_installed_plugins_come_after_the_shipped_ones_and_by_name(install: Install) -> None:
    install("zoo", ACME.replace("acme-login", "zoo-login"))
    install("acme", ACME)
    with plugin_module("fake.shipped", register_auth_providers=[FakeAuth("shipped")]):
        registry = load_registry(["fake.shipped"])
    names = [provider.name for provider in registry.auth_providers]
    assert names == ["shipped", "acme-login", "zoo-login"]


def test_installed_plugins_can_be_left_out(install: Install) -> None:
    install("acme", ACME)
    assert load_registry(installed=False).plugins == ()


def test_an_installed_plugin_with_an_unknown_hook_stops_the_start(install: Install) -> None:
    install("acme", ACME.replace("def register_auth_providers", "def register_log_ins"))
    with pytest.raises(
        PluginError, match=r"acme \(happo-acme 1\.2\).*unknown hook 'register_log_ins'"
    ):
        load_registry()


def test_an_installed_plugin_can_not_take_a_name_that_is_there(install: Install) -> None:
    install("acme", ACME)
    with (
        plugin_module("fake.shipped", register_auth_providers=[FakeAuth("acme-login")]),
        pytest.raises(
            PluginError, match=r"acme \(happo-acme 1\.2\).*already registered by plugin shipped"
        ),
    ):
        load_registry(["fake.shipped"])


def test_an_installed_plugin_can_not_replace_a_shipped_one(install: Install) -> None:
    install("password", ACME)
    with pytest.raises(
        PluginError, match=r"password \(happo-password 1\.2\).*another plugin of that name"
    ):
        load_registry(["plugins.password"])


def test_a_broken_installed_plugin_stops_the_start_by_name(install: Install) -> None:
    install("acme", "import a_package_that_is_not_there")
    with pytest.raises(
        PluginError, match=r"acme \(happo-acme 1\.2\).*doesn't import: ModuleNotFoundError"
    ):
        load_registry()


@pytest.mark.parametrize("made_for", ["happo-plugin-kit>=1.0,<2", "Happo_Plugin.Kit ~= 1.0"])
def test_a_plugin_that_was_made_for_this_version_is_loaded(install: Install, made_for: str) -> None:
    install("acme", ACME, requires=made_for)
    assert load_registry().auth_provider("acme-login")


@pytest.mark.parametrize(
    "made_for", ["happo-plugin-kit>=2,<3", "happo-plugin-kit<1", "happo-plugin-kit==0.9.*"]
)
def test_a_plugin_that_was_made_for_another_version_stops_the_start_before_it_is_imported(
    install: Install, made_for: str
) -> None:
    install("acme", "raise SystemExit('imported')", requires=made_for)
    with pytest.raises(PluginError) as stopped:
        load_registry()
    said = str(stopped.value)
    assert said.startswith("plugin acme (happo-acme 1.2): was made for happo-plugin-kit")
    assert f"and this Happo has {__version__}. To start without it" in said
    assert load_registry(without=["acme"]).plugins == ()


def test_a_new_interpreter_finds_it_too(install: Install, tmp_path: Path) -> None:
    install("acme", ACME)
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "from providers.loading import load_registry; print(load_registry().plugins)",
        ],
        env={"PYTHONPATH": f"{ROOT}:{tmp_path}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "happo-acme 1.2" in found.stdout
