"""The import contracts in pyproject.toml hold, and each of them reports a broken import."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

_LINT = """
import sys
from importlinter.cli import lint_imports_command
sys.path.insert(0, ".")
lint_imports_command()
"""


SOCIAL_AUTH_ALONE = "In providers only social_auth imports social_core, requests"
ONE_WAY = "A request passes through api_v1 one way"
ONE_PARSER = "One module knows the HTML parser, one the verifier of signatures, one DNS"
SUBJECTS = "The subjects of core know each other one way"
LOG_INS = "Log-ins know sessions, and sessions know tokens, not the other way"
OPERATORS = "What operators do stands on the rest of tenants, not the other way"
ONLY_FOR_PLUGINS = "Only plugins import providers.oauth.social_auth"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _LINT, "--no-cache"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=100
    )


def write_packages(root: Path) -> None:
    """Write the packages that the contracts name, with the imports that only `social_auth` may have."""
    shipped = [
        path.name for path in (ROOT / "plugins").iterdir() if (path / "__init__.py").exists()
    ]
    plugins = [f"plugins.{name}" for name in ("one", "other", *shipped)]
    packages = ("config", "api_v1", "tenants", "core", "providers", "providers.oauth", "plugins")
    engine = [f"api_v1.{name}" for name in ("dispatch", "request_context", "api")]
    subjects = [f"core.{name}" for name in ("accounts", "limits")]
    accounts = [f"core.accounts.{name}" for name in ("logins", "sessions")]
    parts = ("tenants.audit", "tenants.operators")
    for name in (*packages, *plugins, *engine, *subjects, *accounts, *parts):
        folder = root / name.replace(".", "/")
        folder.mkdir()
        (folder / "__init__.py").touch()
    oauth = root / "providers" / "oauth"
    (oauth / "claims.py").touch()
    (oauth / "social_auth.py").write_text("import requests, social_core.strategy\n")
    (root / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())


def source_of(root: Path, module: str) -> Path:
    path = root / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


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
        ("core", "plugins.one", "No other package imports a plugin by name"),
        ("core", "requests", "Requests to other servers go through the port core.http"),
        ("providers", "django", "The contracts of plugins need no framework"),
        ("providers", "requests", SOCIAL_AUTH_ALONE),
        ("providers.oauth", "social_core.strategy", SOCIAL_AUTH_ALONE),
        ("providers.oauth.claims", "requests.auth", SOCIAL_AUTH_ALONE),
        ("providers.oauth", "providers.oauth.social_auth", ONLY_FOR_PLUGINS),
        ("config", "providers.oauth.social_auth", ONLY_FOR_PLUGINS),
        ("providers", "turbohtml", ONE_PARSER),
        ("plugins.one", "dkim", ONE_PARSER),
        ("api_v1.api", "api_v1.request_context", ONE_WAY),
        ("api_v1.request_context", "api_v1.dispatch", ONE_WAY),
        ("core.limits", "core.accounts", SUBJECTS),
        ("tenants.audit", "tenants.operators", OPERATORS),
        ("core.accounts.sessions", "core.accounts.logins", LOG_INS),
    ],
)
def test_a_broken_contract_is_noticed(
    tmp_path: Path, module: str, imports: str, contract: str
) -> None:
    write_packages(tmp_path)
    with source_of(tmp_path, module).open("a") as source:
        source.write(f"import {imports}\n")
    done = lint(tmp_path)
    assert done.returncode == 1
    broken = re.findall(r"^(.+) BROKEN(?: \(\d ignored imports\))?$", done.stdout, re.MULTILINE)
    assert broken == [contract]


def test_allowed_imports_break_no_contract(tmp_path: Path) -> None:
    write_packages(tmp_path)
    source_of(tmp_path, "plugins.one").write_text(
        "import providers.oauth.social_auth, social_core\n"
    )
    source_of(tmp_path, "config").write_text("import requests\n")
    done = lint(tmp_path)
    assert done.returncode == 0, done.stdout


def test_no_module_of_accounts_knows_its_folders() -> None:
    """Log-ins, sessions and tokens are about accounts, which need none of them."""
    modules = (ROOT / "core" / "accounts").glob("*.py")
    assert {path.name: folders for path in modules if (folders := _folders(path.read_text()))} == {}


def test_an_import_of_a_folder_of_accounts_is_noticed() -> None:
    text = "from core.accounts.sessions.queries import x\nimport core.accounts.oauth\n"
    assert _folders(f"{text}from core.accounts.models import User") == {"oauth", "sessions"}


def _folders(text: str) -> set[str]:
    parts = [module.split(".") for module in _modules(ast.parse(text))]
    return {
        part[2]
        for part in parts
        if part[:2] == ["core", "accounts"] and (ROOT / Path(*part[:3])).is_dir()
    }


def test_providers_import_only_the_libraries_that_they_name() -> None:
    imported = {
        str(path.relative_to(ROOT)): _libraries(ast.parse(path.read_text()))
        for path in (ROOT / "providers").rglob("*.py")
    }
    assert imported.pop("providers/oauth/social_auth.py") == {"requests", "social_core"}
    assert imported.pop("providers/reading/markup.py") == {"turbohtml"}
    assert imported.pop("providers/mime/signatures.py") == {"dkim"}
    assert imported.pop("providers/conformance/mail_sources/contract.py") == {"time_machine"}
    assert imported.pop("providers/compatibility.py") == {"packaging"}
    assert set().union(*imported.values()) == {"pluggy", "pydantic"}
    oauth = [found for path, found in imported.items() if path.startswith("providers/oauth/")]
    assert set().union(*oauth) == {"pydantic"}


def _libraries(tree: ast.Module) -> set[str]:
    return (
        {name.partition(".")[0] for name in _modules(tree)}
        - sys.stdlib_module_names
        - {"providers"}
    )


def _modules(tree: ast.Module) -> list[str]:
    return [
        *(a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names),
        *(node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)),
    ]
