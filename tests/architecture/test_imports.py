"""Who may import whom: the contracts in pyproject.toml hold, and notice when they are broken."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

_LINT = "import sys; from importlinter.cli import lint_imports_command; sys.path.insert(0, '.'); lint_imports_command()"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _LINT, "--no-cache"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=100
    )


def test_the_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "imports", "contract"),
    [
        ("core", "tenants", "Each layer knows only those below it"),
        ("tenants", "api_v1", "Each layer knows only those below it"),
        ("providers", "core", "Each layer knows only those below it"),
        ("plugins.one", "core", "Plugins know providers and their own libraries"),
        ("plugins.one", "django", "Plugins know providers and their own libraries"),
        ("plugins.one", "plugins.other", "No plugin knows another"),
        ("core", "plugins.one", "Nobody imports a plugin by name"),
        ("providers", "django", "What a plugin is needs no framework"),
    ],
)
def test_a_broken_contract_is_noticed(
    tmp_path: Path, module: str, imports: str, contract: str
) -> None:
    shipped = [
        path.name for path in (ROOT / "plugins").iterdir() if (path / "__init__.py").exists()
    ]
    plugins = [f"plugins.{name}" for name in ("one", "other", *shipped)]
    for name in ("config", "api_v1", "tenants", "core", "providers", "plugins", *plugins):
        folder = tmp_path / name.replace(".", "/")
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text(f"import {imports}\n" if name == module else "")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    done = lint(tmp_path)
    assert done.returncode == 1
    assert f"{contract} BROKEN" in " ".join(done.stdout.split())
