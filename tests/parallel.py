"""Loaded before everything else (`-p tests.parallel`): each worker of pytest-xdist gets a PostgreSQL of its own.

Roles belong to a server, not to a database, and some tests change a role for a moment or kill the server. The settings
read the environment when they are imported, which is before any `conftest.py`.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import pytest

from config.loading import begin_to_load

# A file system in memory, and what it must have free. A worker's data are less than a gigabyte, most of it PostgreSQL's
# log of changes.
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - below it each worker makes a folder of its own
_ROOM: Final = 6 << 30

_worker = os.environ.get("PYTEST_XDIST_WORKER")
_in_memory: Path | None = None
if _worker and not os.environ.get("DATABASE_URL"):
    _base = os.environ.get("HAPPO_DATA_DIR")
    if not _base and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM:
        # Tests make and drop tenants, a hundred files each. ext4 gives the number of a deleted file to no other for
        # minutes, and looks through all such numbers for each new file: this took half of PostgreSQL's time.
        _in_memory = Path(tempfile.mkdtemp(prefix="happo-test-", dir=_MEMORY))
        # For root the server runs as another account.
        _in_memory.chmod(0o711)
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
