"""The PostgreSQL server that comes with Happo, for installations without `DATABASE_URL`.

File locks control its lifetime, since the kernel releases them however a process ends:

* `users`   shared: every process that uses the database holds it. The process that runs the server (`keeper.py`) waits
            for the exclusive lock, and then stops the server;
* `keeper`  exclusive: the keeper holds it as long as the server runs;
* `turn`    exclusive: a process holds it while it starts or stops using the server.

So a `kill -9` needs no cleaning up: when the last user has ended the keeper gets its lock, and when no process holds
`keeper` the next `ensure_running` starts a new one.
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

from tenants.database.embedded import cluster, keeper

# After a crash PostgreSQL repeats what it had not written yet: of a thousand new tenants that is a gigabyte.
START_LIMIT = 300.0
STOP_LIMIT = 60.0
_POLL = 0.01
_READY = keeper.READY
# The same for all processes whatever their TMPDIR, and short: a socket's path may have about 100 bytes. Some machines
# forbid writing into the first one.
_SOCKET_PARENTS = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))  # noqa: S108


class EmbeddedPostgresError(RuntimeError):
    """The embedded server can't start or stop; the message gives the operator the reason."""


class Embedded:
    """The server of one data directory. The constructor starts nothing; `ensure_running` does."""

    def __init__(self, data_dir: Path) -> None:
        self.home = data_dir.expanduser().resolve() / "postgres"
        # The keeper refuses a directory that another account created or may enter.
        self.socket_dir = _socket_dir(hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16])
        self._starting = threading.Lock()
        self._users: int | None = None
        self._keeper_lock: int | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    @property
    def app_url(self) -> str:
        """libpq URL of the application's role, which sees a tenant's data only after `SET ROLE` to the tenant's."""
        return self._url("happo_app")

    @property
    def owner_url(self) -> str:
        """libpq URL of the role that owns the database and may create databases and roles."""
        return self._url("happo_owner")

    @property
    def admin_url(self) -> str:
        """libpq URL of the superuser, for manual repairs; the application never uses it."""
        return self._url("postgres")

    def ensure_running(self) -> None:
        """Start the server unless it runs; return when it accepts connections. Costs microseconds if it runs.

        From then on this process keeps the server alive, until it calls `release` or ends.
        Raises `EmbeddedPostgresError` with the end of the server's log when it doesn't start.
        """
        if self._users is not None and self._is_ready():
            return
        with self._starting, self._turn():
            self._join()
            self._start_and_await_ready()

    def release(self) -> None:
        """Stop using the server; if no other process uses it, return after it has stopped."""
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
        password = quote(self._passwords()[role], safe="")
        return f"postgresql://{role}:{password}@/{cluster.DATABASE}?{host}"

    def _passwords(self) -> dict[str, str]:
        path = self.home / "passwords.json"
        try:
            return dict(json.loads(path.read_text()))
        except FileNotFoundError:
            _write_new(
                path, json.dumps({role: secrets.token_urlsafe(32) for role in cluster.ROLES})
            )
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
                # The keeper holds the lock: a server without users is about to end.
                self._sleep(until=deadline, doing="stop")
            self._users = users
            atexit.register(self._release_at_exit, os.getpid())

    def _release_at_exit(self, process: int) -> None:
        # A forked child shares its parent's lock and inherits this hook; only the parent may release the lock.
        if os.getpid() == process:
            self.release()

    def _has_keeper(self) -> bool:
        """Return whether a keeper lives: it holds its lock exclusively, so that a shared one is refused."""
        if self._keeper_lock is None:
            self._keeper_lock = _open(self.home / "keeper")
        return not _can_lock(self._keeper_lock, fcntl.LOCK_SH)

    def _is_ready(self) -> bool:
        return (
            self._has_keeper()
            and self._keeper_lock is not None
            and os.pread(self._keeper_lock, 8, 0) == _READY
        )

    def _start(self) -> None:
        assert self._keeper_lock is not None
        try:
            files = cluster.prepare(self.home, passwords=self._passwords())
        except cluster.ClusterError as error:
            raise EmbeddedPostgresError(str(error)) from error
        os.ftruncate(self._keeper_lock, 0)
        options = json.dumps(
            {
                "lock": str(self.home / "keeper"),
                "users": str(self.home / "users"),
                "log": str(self._log),
                "postgres": str(files.programs / "postgres"),
                "cluster": str(files.cluster),
                "sockets": str(self.socket_dir),
                "account": files.account,
            }
        )
        # Isolated and without site-packages: the keeper outlives this process and must not depend on its environment.
        # In a new session, because Ctrl-C reaches every process of the terminal's session at once.
        self._reap_keeper()
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", keeper.__file__, options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )

    def _start_and_await_ready(self) -> None:
        """Start a server unless one runs. A running one may be about to end; then start another."""
        deadline = time.monotonic() + START_LIMIT
        started = False
        while not self._is_ready():
            launching = self._keeper is not None and self._keeper.poll() is None
            if not launching and not self._has_keeper():
                if started:
                    raise EmbeddedPostgresError(
                        f"The embedded PostgreSQL did not start.\n{self._end_of_log()}"
                    )
                self._start()
                started = True
            self._sleep(until=deadline, doing="start")

    def _await_end_if_unused(self) -> None:
        """Return when the server has ended or another process uses it. The caller holds `turn`: no user can join."""
        users = _open(self.home / "users")
        deadline = time.monotonic() + STOP_LIMIT
        try:
            while self._has_keeper():
                # If only a shared lock is granted, another user holds one. The keeper never releases its exclusive one.
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
            # The keeper serves other users. Without a return code Popen would warn of a running child at its deletion.
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
    """Return the socket's directory: the existing one, else one in the first parent that is writable."""
    candidates = [parent / f"happo-{name}" for parent in _SOCKET_PARENTS]
    existing = (path for path in candidates if path.is_dir())
    writable = (path for path in candidates if os.access(path.parent, os.W_OK | os.X_OK))
    return next(existing, None) or next(writable, candidates[0])


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


def _write_new(path: Path, text: str) -> None:
    """Write `text` into a new file, readable only by its owner, unless another process created it first."""
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
