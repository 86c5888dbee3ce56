"""Tasks for tests of the queue. Importing this module declares them."""

import os
import time
from pathlib import Path

from django.db.models import F, Value
from django.db.models.functions import Concat

from core.accounts.models import User
from core.jobs import GiveUp, task
from tenants.context import current_tenant

# Names a file that a task makes in the middle of its work, to wait there; set in worker processes alone.
HALTS_AT = "TESTS_JOBS_HALT_AT"
# Names a file that jobs wait for.
WAITS_FOR = "TESTS_JOBS_WAIT_FOR"


@task("tests.add_letter", attempts=3)
def add_letter(*, user_uuid: str) -> str:
    """Add an x to the user's first name: done twice, it shows."""
    User.objects.filter(uuid=user_uuid).update(first_name=Concat(F("first_name"), Value("x")))
    halt = os.environ.get(HALTS_AT)  # a test's own variable
    if halt:
        Path(halt).touch()
        time.sleep(60)
    return f"in {current_tenant().slug}"


@task("tests.fail", attempts=2)
def fail(*, user_uuid: str) -> None:
    """Add an x to the user's first name, and fail."""
    User.objects.filter(uuid=user_uuid).update(first_name=Concat(F("first_name"), Value("x")))
    raise ValueError("secret of a user")


@task("tests.give_up")
def give_up() -> None:
    """Find out that it can't be done."""
    raise GiveUp("no way to do this")


@task("tests.wait")
def wait() -> None:
    """Wait for a file, so that several jobs run at once."""
    awaited = Path(os.environ[WAITS_FOR])  # a test's own variable
    while not awaited.exists():
        time.sleep(0.02)


@task("tests.do_nothing")
def do_nothing(*, number: int) -> None:
    """Take a place in the queue."""
