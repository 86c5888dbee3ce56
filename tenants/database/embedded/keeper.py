"""The keeper runs one PostgreSQL server and stops it when no process uses it any more.

A separate program (`python -I -S keeper.py OPTIONS`) that imports only the standard library: it outlives the process
that started it, which may be killed at any moment. `server.py` describes the locks.
"""

import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import NoReturn, TypedDict

# Passed at every start, so that they also apply to a cluster that an older version of Happo created.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # Migrating many tenants, or dumping them, locks thousands of tables in one transaction.
    "max_locks_per_transaction": "1024",
    # Not minimal: then a sequence that is created and used in one transaction (a new tenant's) loses its state in a
    # crash before the next checkpoint, and returns the same numbers again.
    "wal_level": "replica",
    # No replication.
    "max_wal_senders": "0",
    # Compiling a statement takes longer than running it, for Happo's statements.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # A failed statement's text may hold personal data.
    "log_min_error_statement": "panic",
    # Without the details of an error, which quote rows.
    "log_error_verbosity": "terse",
    "fsync": "on",
}
if sys.platform == "linux":
    # After a crash all files are written to the disk at once, not one by one, which takes minutes for the 200,000 of a
    # thousand tenants.
    SETTINGS["recovery_init_sync_method"] = "syncfs"
READY = b"ready"
LOG_LIMIT = 10 * 1024 * 1024
FAST_STOP_LIMIT = 20.0
ORPHAN_LIMIT = 15.0
_POLL = 0.01
_PR_SET_PDEATHSIG = 1


class KeeperOptions(TypedDict):
    """Paths of the two lock files, the log, the program, the cluster and the socket directory; uid and gid."""

    lock: str
    users: str
    log: str
    postgres: str
    cluster: str
    sockets: str
    account: list[int] | None


class Keeper:
    """One server from its start to its end."""

    def __init__(self, options: KeeperOptions) -> None:
        self.options = options
        self.lock = os.open(options["lock"], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.server: subprocess.Popen[bytes] | None = None
        self.stopping = False

    def keep(self) -> int:
        """Run the server until no process uses it, a signal arrives, or it dies; return its exit status."""
        # Another process may hold the lock for an instant, to test whether a keeper runs, so this call waits.
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        signal.signal(signal.SIGTERM, lambda *_: self.stop())
        signal.signal(signal.SIGINT, lambda *_: self.stop())
        log_to(Path(self.options["log"]))
        stop_orphan(Path(self.options["cluster"]))
        make_socket_dir(Path(self.options["sockets"]), account=self.options["account"])
        try:
            self.server = self.launch()
            if self.await_ready():
                os.pwrite(self.lock, READY, 0)
                threading.Thread(target=self.stop_when_unused, daemon=True).start()
            return self.server.wait()
        finally:
            os.ftruncate(self.lock, 0)
            remove_socket_dir(Path(self.options["sockets"]))

    def launch(self) -> "subprocess.Popen[bytes]":
        settings = SETTINGS | {"unix_socket_directories": self.options["sockets"]}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        uid, gid = self.options["account"] or (None, None)
        return subprocess.Popen(
            [self.options["postgres"], "-D", self.options["cluster"], *options],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
            umask=0o077,
            # Safe: this process has no threads yet.
            preexec_fn=partial(end_with_parent, os.getpid()),
        )

    def await_ready(self) -> bool:
        """Return True when the server accepts connections, False if it ended before."""
        assert self.server is not None
        status = Path(self.options["cluster"]) / "postmaster.pid"
        while self.server.poll() is None:
            lines = status.read_text().splitlines() if status.exists() else []
            if len(lines) > 7 and int(lines[0]) == self.server.pid and lines[7].strip() == "ready":
                return True
            time.sleep(_POLL)
        return False

    def stop(self) -> None:
        """Ask the server to close its connections and stop; after `FAST_STOP_LIMIT` seconds, force it to."""
        if self.stopping or self.server is None:
            return
        self.stopping = True
        self.server.send_signal(signal.SIGINT)
        timer = threading.Timer(FAST_STOP_LIMIT, self.server.send_signal, (signal.SIGQUIT,))
        timer.daemon = True
        timer.start()

    def stop_when_unused(self) -> None:
        users = os.open(self.options["users"], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # Granted when the last user has released the lock, and held until this process ends; new users wait for that.
        fcntl.flock(users, fcntl.LOCK_EX)
        self.stop()


def end_with_parent(keeper: int) -> None:
    """Have the kernel stop the server when the process `keeper` is killed (on Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
        if os.getppid() != keeper:
            # It was killed before the kernel knew.
            os.kill(os.getpid(), signal.SIGKILL)


def log_to(path: Path) -> None:
    """Append the output of this process and the server to `path`; empty it first if it has grown large."""
    too_long = path.exists() and path.stat().st_size > LOG_LIMIT
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if too_long else 0)
    log = os.open(path, flags, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)


def stop_orphan(cluster: Path) -> None:
    """Stop a server whose keeper was killed; delete the `postmaster.pid` of a server that was killed itself.

    PostgreSQL refuses to start if a process has the number in `postmaster.pid`, even an unrelated one.
    """
    status = cluster / "postmaster.pid"
    if sys.platform != "linux" or not status.exists():
        return
    pid = int(status.read_text().splitlines()[0])
    deadline = time.monotonic() + ORPHAN_LIMIT
    while serves(pid, cluster):
        os.kill(pid, signal.SIGINT if time.monotonic() < deadline else signal.SIGQUIT)
        time.sleep(0.1)
    status.unlink(missing_ok=True)


def serves(pid: int, cluster: Path) -> bool:
    """Return whether process `pid` is a server of this cluster, whose directory is then its working directory."""
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", cluster)
    except OSError:
        return False


def make_socket_dir(path: Path, *, account: list[int] | None) -> None:
    """Create the socket's directory, for the server's account only; refuse one that another account created."""
    uid, gid = account or (os.getuid(), os.getgid())
    try:
        path.mkdir(mode=0o700)
        os.chown(path, uid, gid)
    except FileExistsError:
        there = path.lstat()
        if (there.st_mode, there.st_uid) != (0o040700, uid):
            fail(
                f"{path} is in the way: it must be a directory that only user {uid} can enter."
                " Remove it."
            )
        # A killed server left them. PostgreSQL would take the number in the lock file for a running server's if an
        # unrelated process or a zombie has it.
        remove_sockets(path)


def remove_socket_dir(path: Path) -> None:
    remove_sockets(path)
    path.rmdir()


def remove_sockets(path: Path) -> None:
    for leftover in path.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)


def fail(reason: str) -> NoReturn:
    """Write `reason` into the log, where the process that waits for the server reads it, and exit."""
    print(reason, file=sys.stderr, flush=True)
    raise SystemExit(1)


if __name__ == "__main__":
    raise SystemExit(Keeper(json.loads(sys.argv[1])).keep())
