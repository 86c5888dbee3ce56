"""The PostgreSQL that comes with the project, for whoever has not named a server of their own.

Its life is held by file locks, which the kernel lets go of however a process ends:

* `users`   shared, by every process that works with the database, as long as it lives; the process that runs the
            server (`keeper.py`) waits to have it exclusively, and then stops the server for good;
* `keeper`  exclusive, by that process, as long as the server lives;
* `turn`    exclusive, by whoever comes or leaves, for that moment.

So nothing has to be cleaned up after a `kill -9`: when the last user is gone the keeper gets its lock, and when
nobody holds `keeper` the next `ensure_running` starts a new one.
"""

import atexit
import fcntl
import hashlib
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from tenants.database.embedded import cluster as cluster
from tenants.database.embedded import keeper

START_LIMIT = 120.0
STOP_LIMIT = 60.0
_POLL = 0.01
_READY = keeper.READY
# Shared by all processes whatever their TMPDIR, and short: a socket's path has room for about 100 bytes. Not everybody
# may write into the first of them everywhere.
_SOCKET_PLACES = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))  # noqa: S108


class EmbeddedPostgresError(RuntimeError):
    """The embedded server can't start or stop; the message says why, in words for whoever runs it."""


class Embedded:
    """The server of one data directory. Making one is free: nothing starts before `ensure_running`."""

    def __init__(self, data_dir: Path) -> None:
        self.home = data_dir.expanduser().resolve() / "postgres"
        # The keeper refuses a directory that it did not make or that others may enter.
        self.socket_dir = _socket_dir(hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16])
        self._starting = threading.Lock()
        self._users: int | None = None
        self._keeper_lock: int | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    @property
    def app_url(self) -> str:
        """libpq URL of the application's log-in, which sees a tenant's data only in that tenant's role."""
        return self._url("happo_app")

    @property
    def owner_url(self) -> str:
        """libpq URL of the log-in that owns the database and may make databases and roles."""
        return self._url("happo_owner")

    @property
    def admin_url(self) -> str:
        """libpq URL of the superuser; for repairs by hand, the application never uses it."""
        return self._url("postgres")

    def ensure_running(self) -> None:
        """Return when the server takes connections, starting it first if need be; a few microseconds if not.

        From then on this process keeps the server alive, until it calls `release` or ends.
        Raises `EmbeddedPostgresError` with the end of the server's log when it won't start.
        """
        if self._users is not None and self._is_ready():
            return
        with self._starting, self._turn():
            self._join()
            self._start_and_await_ready()

    def release(self) -> None:
        """Stop using the server; when no other process uses it, return after it has stopped."""
        with self._starting:
            if self._users is None:
                return
            with self._turn():
                os.close(self._users)
                self._users = None
                self._await_end_if_unused()
            self._forget_keeper_lock()

    def _url(self, role: str) -> str:
        host = urlencode({"host": str(self.socket_dir)})
        return f"postgresql://{role}:{quote(self._passwords()[role], safe='')}@/{cluster.DATABASE}?{host}"

    def _passwords(self) -> dict[str, str]:
        path = self.home / "passwords.json"
        try:
            return dict(json.loads(path.read_text()))
        except FileNotFoundError:
            _keep(path, json.dumps({role: secrets.token_urlsafe(32) for role in cluster.LOGINS}))
            return dict(json.loads(path.read_text()))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True)
        turn = _open(self.home / "turn")
        try:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield
        finally:
            os.close(turn)

    def _join(self) -> None:
        if self._users is None:
            users = _open(self.home / "users")
            deadline = time.monotonic() + STOP_LIMIT
            while not _lock(users, fcntl.LOCK_SH):
                # The keeper has it: a server without users is about to end.
                self._sleep(until=deadline, doing="stop")
            self._users = users
            atexit.register(self._release_at_exit, os.getpid())

    def _release_at_exit(self, process: int) -> None:
        # A forked child shares its parent's lock and inherits this hook; the lock is the parent's to give back.
        if os.getpid() == process:
            self.release()

    def _is_kept(self) -> bool:
        """Whether a keeper lives: it holds its lock exclusively, so that not even a shared one can be had."""
        if self._keeper_lock is None:
            self._keeper_lock = _open(self.home / "keeper")
        return not _can_lock(self._keeper_lock, fcntl.LOCK_SH)

    def _is_ready(self) -> bool:
        return (
            self._is_kept()
            and self._keeper_lock is not None
            and os.pread(self._keeper_lock, 8, 0) == _READY
        )

    def _start(self) -> None:
        assert self._keeper_lock is not None
        try:
            place = cluster.prepare(self.home, passwords=self._passwords())
        except cluster.ClusterError as error:
            raise EmbeddedPostgresError(str(error)) from error
        os.ftruncate(self._keeper_lock, 0)
        order = json.dumps(
            {
                "lock": str(self.home / "keeper"),
                "users": str(self.home / "users"),
                "log": str(self._log),
                "postgres": str(place.programs / "postgres"),
                "cluster": str(place.cluster),
                "sockets": str(self.socket_dir),
                "account": place.account,
            }
        )
        # Isolated and without site-packages: the keeper outlives this process and may not depend on its surroundings.
        # In a session of its own, because Ctrl-C reaches every process of the terminal's session at once.
        self._reap_keeper()
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", keeper.__file__, order],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )

    def _start_and_await_ready(self) -> None:
        """Start a server unless there is one. One that is found here may be just about to end: then start another."""
        deadline = time.monotonic() + START_LIMIT
        started = False
        while not self._is_ready():
            launching = self._keeper is not None and self._keeper.poll() is None
            if not launching and not self._is_kept():
                if started:
                    raise EmbeddedPostgresError(
                        f"The embedded PostgreSQL did not start.\n{self._end_of_log()}"
                    )
                self._start()
                started = True
            self._sleep(until=deadline, doing="start")

    def _await_end_if_unused(self) -> None:
        """Return when the server has ended, or is seen in use. It's our turn: nobody can come meanwhile."""
        users = _open(self.home / "users")
        deadline = time.monotonic() + STOP_LIMIT
        try:
            while self._is_kept():
                # What can be shared but not had alone is shared with another user. The keeper never gives it back.
                if not _can_lock(users, fcntl.LOCK_EX) and _can_lock(users, fcntl.LOCK_SH):
                    self._leave_keeper()
                    return
                self._sleep(until=deadline, doing="stop")
        finally:
            os.close(users)
        self._reap_keeper()

    def _sleep(self, *, until: float, doing: str) -> None:
        if time.monotonic() > until:
            raise EmbeddedPostgresError(
                f"The embedded PostgreSQL does not {doing}.\n{self._end_of_log()}"
            )
        time.sleep(_POLL)

    def _leave_keeper(self) -> None:
        if self._keeper is not None:
            # It goes on for others; without a status the object would warn of a forgotten child when it is collected.
            self._keeper.returncode = 0
            self._keeper = None

    def _reap_keeper(self) -> None:
        if self._keeper is not None:
            self._keeper.wait()
            self._keeper = None

    def _forget_keeper_lock(self) -> None:
        if self._keeper_lock is not None:
            os.close(self._keeper_lock)
            self._keeper_lock = None

    @property
    def _log(self) -> Path:
        return self.home / "log"

    def _end_of_log(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return "\n".join([f"The end of {self._log}:", *lines[-15:]])


def _socket_dir(name: str) -> Path:
    """Return where the socket is, or will be: another account's place may be one that we can't write into."""
    places = [place / f"happo-{name}" for place in _SOCKET_PLACES]
    there = (place for place in places if place.is_dir())
    writable = (place for place in places if os.access(place.parent, os.W_OK | os.X_OK))
    return next(there, None) or next(writable, places[0])


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _can_lock(descriptor: int, kind: int) -> bool:
    locked = _lock(descriptor, kind)
    if locked:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    return locked


def _keep(path: Path, text: str) -> None:
    """Write `text` into a new file that only its owner reads; leave the file alone when another was faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
