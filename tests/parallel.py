"""Loaded before everything else (`-p tests.parallel`): each worker of pytest-xdist gets a PostgreSQL of its own.

Roles belong to a server, not to a database, and some tests change a role for a moment or kill the server. The settings
read the environment when they are imported, which is before any `conftest.py`.
"""

import os
from pathlib import Path

from config.loading import begin_to_load

_worker = os.environ.get("PYTEST_XDIST_WORKER")
if _worker and not os.environ.get("DATABASE_URL"):
    _base = os.environ.get("HAPPO_DATA_DIR") or Path(__file__).resolve().parent.parent / ".happo"
    os.environ["HAPPO_DATA_DIR"] = str(Path(_base) / "tests" / _worker)

# Until all tests are collected.
begin_to_load()
