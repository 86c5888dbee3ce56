"""The program is loaded without garbage collection, which then has what comes later to itself."""

from pathlib import Path

import pytest

from tests.forking.processes import run_fork
from tests.servers import server_environment

SHOW = (
    "import gc; from core.accounts.models import User;"
    " print(gc.isenabled(), any(one is User for one in gc.get_objects()))"
)


@pytest.mark.server
def test_a_command_collects_garbage_and_looks_at_nothing_of_the_program(
    django_db_setup: None, tmp_path: Path
) -> None:
    shown = run_fork(
        ["manage.py", "shell", "--verbosity", "0", "-c", SHOW],
        environment=server_environment(tmp_path),
        timeout=60,
    )
    assert shown.stdout.split() == ["True", "False"], shown.stderr
