"""Which processes have the login of the database's owner: the provisioning worker alone."""

import secrets
import signal
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from tests.config.test_run import running
from tests.database import login_of
from tests.processes import eventually, processes_of
from tests.servers import free_port

pytestmark = pytest.mark.server


def environments(data_dir: Path) -> dict[str, dict[str, str]]:
    """Return the environment of each process by its command line, as another process of the account reads it."""
    found = {}
    for process in processes_of(data_dir):
        with suppress(psutil.Error):
            found[f"{process.pid} {' '.join(process.cmdline())}"] = process.environ()
    return found


def test_of_all_processes_of_a_production_the_provisioning_worker_alone_has_it(
    django_db_setup: None, tmp_path: Path
) -> None:
    owner = login_of(settings.OWNER_DATABASE)
    production = {
        "DATABASE_URL": login_of(settings.DATABASES["default"]),
        "DATABASE_OWNER_URL": owner,
        "SECRET_KEY": secrets.token_urlsafe(60),
        "HTTPS": "false",
    }
    with running(tmp_path, free_port(), **production) as server:

        def workers() -> list[str]:
            return [name for name in environments(tmp_path) if "manage.py worker" in name]

        assert eventually(lambda: len(workers()) == 2, within=100)
        found = environments(tmp_path)
        # The supervisor, the web server with two processes, and two workers.
        assert len(found) >= 6, found.keys()
        having = [name for name, environment in found.items() if owner in environment.values()]
        assert len(having) == 1, having
        assert having[0].endswith("manage.py worker --provisioning")
        assert server.stop(signal.SIGTERM)[0] == 0
        assert eventually(lambda: processes_of(tmp_path) == [])
