"""Loaded before everything else (`-p tests.parallel`): each worker of pytest-xdist gets a PostgreSQL of its own.

Roles belong to a server, not to a database, and some tests change a role for a moment or kill the server. The settings
read the environment when they are imported, which is before any `conftest.py`.
"""

import os
import shutil
from pathlib import Path

import pytest

from config.loading import begin_to_load
from tests.memory import has_room, made_folder

_worker = os.environ.get("PYTEST_XDIST_WORKER")
_in_memory: Path | None = None
if _worker and not os.environ.get("DATABASE_URL"):
    _base = os.environ.get("HAPPO_DATA_DIR")
    if not _base and has_room():
        _in_memory = made_folder()
    _base = _in_memory or _base or Path(__file__).resolve().parent.parent / ".happo"
    os.environ["HAPPO_DATA_DIR"] = str(Path(_base) / "tests" / _worker)

# Until all tests are collected.
begin_to_load()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Give the memory back."""
    if _in_memory is not None:
        from django.conf import settings

        settings.EMBEDDED_POSTGRES.release()
        shutil.rmtree(_in_memory)
