"""Look at processes from outside, as a user of the machine would."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

CHECKOUT = Path(__file__).resolve().parents[1]
# The variables that may also be given as files.
SECRETS = ("DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY", "EMAIL_URL", "STORAGE_URL")

USER_OF_THE_DATABASE = """
import sys
from pathlib import Path
from tenants.database.embedded.server import Embedded
Embedded(Path(sys.argv[1])).ensure_running()
print("running", flush=True)
sys.stdin.read()
"""


def eventually(condition: Callable[[], bool], *, within: float = 60.0) -> bool:
    """Wait until `condition` holds; False when it doesn't within so many seconds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """Return every living process that works on `data_dir`: servers, keepers, web processes."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            words = [*process.cmdline(), process.environ().get("HAPPO_DATA_DIR", ""), process.cwd()]
            if process.status() != psutil.STATUS_ZOMBIE and any(
                str(data_dir) in word for word in words
            ):
                found.append(process)
    return found


def postmaster_of(data_dir: Path) -> psutil.Process:
    return psutil.Process(
        int((data_dir / "postgres/cluster/postmaster.pid").read_text().splitlines()[0])
    )


class DatabaseUser:
    """Another process that uses the embedded server until `leave()`, or until it is killed."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER_OF_THE_DATABASE, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CHECKOUT,
        )

    def await_running(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"running\n"

    def leave(self) -> None:
        self.process.communicate()
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()
