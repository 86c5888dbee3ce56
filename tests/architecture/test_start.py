"""`make run` chooses the settings itself: what it imports before that can't need them."""

import os
import subprocess
import sys

from tests.processes import CHECKOUT


def test_the_program_of_make_run_is_imported_without_settings() -> None:
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    command = (sys.executable, "-c", "import config.run")
    done = subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
