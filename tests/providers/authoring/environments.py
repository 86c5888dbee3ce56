"""Environments of Python for tests: empty ones, into which pip installs from the index that it is configured for."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from tests.servers import CHECKOUT

KIT = CHECKOUT / "distributions" / "plugin-kit"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


class Environment:
    """A new environment in a folder; it has nothing but the standard library."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        run([sys.executable, "-m", "venv", "--without-pip", str(folder)])

    @classmethod
    def of_product(cls, folder: Path) -> Environment:
        """Make one that has all that the environment of the tests has: what pip installs into it goes nowhere else."""
        environment = cls(folder)
        [packages] = folder.glob("lib/python*/site-packages")
        product = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
        (packages / "product.pth").write_text(product)
        return environment

    def install(
        self, *requirements: str, cwd: Path | None = None, options: Sequence[str] = ()
    ) -> None:
        """Install with this Python's pip, which builds what is a folder as it builds any package.

        Without `--no-compile` it would compile all modules, of which few are imported.
        """
        into = [*PIP, "--python", str(self.python), "install", "--quiet", "--no-compile"]
        run([*into, *options, *requirements], cwd=cwd)

    def run(self, *command: str, cwd: Path, status: int = 0) -> str:
        """Run a module or a script of the environment; return its standard output."""
        program = self.folder / "bin" / command[0]
        return run([str(program), *command[1:]], cwd=cwd, status=status)


def run(command: list[str], *, cwd: Path | None = None, status: int = 0) -> str:
    ran = subprocess.run(
        command,
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.returncode == status, ran.stdout + ran.stderr
    return ran.stdout
