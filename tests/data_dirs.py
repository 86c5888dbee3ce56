"""A data directory with an embedded PostgreSQL in it, for tests that start, stop and kill that server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenants.database.embedded.server import Embedded
from tests.memory import made_folder


def remove_data_dir(data_dir: Path) -> None:
    cluster = data_dir / "postgres" / "cluster"
    if cluster.is_symlink():
        shutil.rmtree(cluster.readlink().parent)
    shutil.rmtree(data_dir)


@pytest.fixture(scope="module")
def made_data_dir() -> Iterator[Path]:
    """A data directory of a file's tests with an empty cluster in it, which some of them migrate."""
    data_dir = made_folder()
    server = Embedded(data_dir)
    server.ensure_running()
    server.release()
    yield data_dir
    remove_data_dir(data_dir)


@pytest.fixture
def server(made_data_dir: Path) -> Iterator[Embedded]:
    """An embedded server that this process may start; it isn't running yet."""
    server = Embedded(made_data_dir)
    yield server
    server.release()
