"""The keeper runs one PostgreSQL server and stops it when no process uses it any more.

A program of its own (`python -I -S embedded_keeper.py ORDER`), on the standard library alone: it outlives the
process that started it, and that one may be killed at any moment. See `embedded.py` for the locks.
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
from pathlib import Path
from typing import NoReturn, TypedDict

# For every start, so that a newer version of the project brings its settings to an older cluster too.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # Migrating many tenants, or dumping them, locks thousands of tables in one transaction.
    "max_locks_per_transaction": "1024",
    # Not minimal: a sequence that is made and used in one transaction (a new tenant's) then loses, in a crash before
    # the next checkpoint, the numbers it gave out since, and gives them out again.
    "wal_level": "replica",
    # Nothing replicates from here.
    "max_wal_senders": "0",
    # Compiling a statement takes longer than running one of ours.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # A failed statement's text may hold personal data.
    "log_min_error_statement": "panic",
    "fsync": "on",
}
READY = b"ready"
LOG_LIMIT = 10 * 1024 * 1024
FAST_STOP_LIMIT = 20.0
ORPHAN_LIMIT = 15.0
_POLL = 0.01
_PR_SET_PDEATHSIG = 1


class Order(TypedDict):
    """What to keep: paths of the two locks, of the log, program, cluster and socket directory; as whom."""

    lock: str
    users: str
    log: str
    postgres: str
    cluster: str
    sockets: str
    account: list[int] | None


class Keeper:
    """One server from its start to its end."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.lock = os.open(order["lock"], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.server: subprocess.Popen[bytes] | None = None
        self.stopping = False

    def keep(self) -> int:
        """Run the server until nobody uses it, it is told to stop, or it dies; return the exit status."""
        # Someone who looks whether a keeper lives holds the lock for an instant, so this waits.
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        signal.signal(signal.SIGTERM, lambda *_: self.stop())
        signal.signal(signal.SIGINT, lambda *_: self.stop())
        log_to(Path(self.order["log"]))
        stop_orphan(Path(self.order["cluster"]))
        make_socket_dir(Path(self.order["sockets"]), account=self.order["account"])
        try:
            self.server = self.launch()
            if self.await_ready():
                os.pwrite(self.lock, READY, 0)
                threading.Thread(target=self.stop_when_unused, daemon=True).start()
            return self.server.wait()
        finally:
            os.ftruncate(self.lock, 0)
            remove_socket_dir(Path(self.order["sockets"]))

    def launch(self) -> "subprocess.Popen[bytes]":
        settings = SETTINGS | {"unix_socket_directories": self.order["sockets"]}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        uid, gid = self.order["account"] or (None, None)
        return subprocess.Popen(
            [self.order["postgres"], "-D", self.order["cluster"], *options],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
            umask=0o077,
            # No thread runs yet.
            preexec_fn=end_with_parent,
        )

    def await_ready(self) -> bool:
        """Return True when the server takes connections, False when it has ended before."""
        assert self.server is not None
        status = Path(self.order["cluster"]) / "postmaster.pid"
        while self.server.poll() is None:
            lines = status.read_text().splitlines() if status.exists() else []
            if len(lines) > 7 and int(lines[0]) == self.server.pid and lines[7].strip() == "ready":
                return True
            time.sleep(_POLL)
        return False

    def stop(self) -> None:
        """Ask the server to end its connections and stop; what does not stop in time is stopped at once."""
        if self.stopping or self.server is None:
            return
        self.stopping = True
        self.server.send_signal(signal.SIGINT)
        impatience = threading.Timer(FAST_STOP_LIMIT, self.server.send_signal, (signal.SIGQUIT,))
        impatience.daemon = True
        impatience.start()

    def stop_when_unused(self) -> None:
        users = os.open(self.order["users"], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # Granted when the last user has gone, and held until this process ends: who comes now waits for that.
        fcntl.flock(users, fcntl.LOCK_EX)
        self.stop()


def end_with_parent() -> None:
    """Let the kernel ask the server to stop when the keeper is killed (Linux; elsewhere `stop_orphan` does it)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)


def log_to(path: Path) -> None:
    """Send everything that this process and the server write to `path`; start it anew when it has grown large."""
    too_long = path.exists() and path.stat().st_size > LOG_LIMIT
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if too_long else 0)
    log = os.open(path, flags, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)


def stop_orphan(cluster: Path) -> None:
    """Stop a server whose keeper was killed, and forget one that was killed itself.

    PostgreSQL refuses to start over a `postmaster.pid` whose number is in use, though by an unrelated process.
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
    """Whether process `pid` is a server of this cluster: each of them works inside its cluster's directory."""
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", cluster)
    except OSError:
        return False


def make_socket_dir(path: Path, *, account: list[int] | None) -> None:
    """Make the directory of the socket, for the server's account alone; refuse one that somebody else has made."""
    uid, gid = account or (os.getuid(), os.getgid())
    try:
        path.mkdir(mode=0o700)
        os.chown(path, uid, gid)
    except FileExistsError:
        there = path.lstat()
        if (there.st_mode, there.st_uid) != (0o040700, uid):
            fail(
                f"{path} is in the way: it has to be a directory that belongs to user {uid} alone. Remove it."
            )
        # Of a server that was killed. PostgreSQL would take the number in the lock file for a living server's,
        # when it belongs to an unrelated process or to a dead one that nobody has waited for.
        remove_sockets(path)


def remove_socket_dir(path: Path) -> None:
    remove_sockets(path)
    path.rmdir()


def remove_sockets(path: Path) -> None:
    for leftover in path.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)


def fail(reason: str) -> NoReturn:
    """End with `reason` in the log, where the process that waits for the server looks for it."""
    print(reason, file=sys.stderr, flush=True)
    raise SystemExit(1)


if __name__ == "__main__":
    raise SystemExit(Keeper(json.loads(sys.argv[1])).keep())
