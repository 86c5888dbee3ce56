import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tenants.database.embedded import cluster
from tenants.database.embedded import server as embedded_server
from tenants.database.embedded.server import Embedded, EmbeddedPostgresError
from tests.data_dirs import remove_data_dir
from tests.processes import DatabaseUser, eventually, postmaster_of, processes_of

pytestmark = pytest.mark.server


def answers(server: Embedded) -> bool:
    with psycopg.connect(server.app_url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_a_running_server_takes_the_application(server: Embedded) -> None:
    server.ensure_running()
    server.ensure_running()
    assert answers(server)


@pytest.mark.parametrize("login", ["postgres", "happo_owner", "happo_app"])
def test_a_role_cannot_connect_without_its_password(server: Embedded, login: str) -> None:
    server.ensure_running()
    for password in ("", "wrong"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(
                make_conninfo(
                    server.app_url, user=login, password=password, passfile="/nonexistent"
                )
            )


def test_only_the_owner_can_read_the_passwords(server: Embedded) -> None:
    server.ensure_running()
    assert stat.S_IMODE((server.home / "passwords.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((server.home / "cluster").stat().st_mode) == 0o700
    assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700


def test_the_server_listens_on_no_port(server: Embedded) -> None:
    server.ensure_running()
    postmaster = postmaster_of(server.home.parent)
    assert [c for c in postmaster.net_connections("inet") if c.status == psutil.CONN_LISTEN] == []


def test_the_log_of_the_server_shows_no_row(server: Embedded) -> None:
    server.ensure_running()
    with psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TEMPORARY TABLE person (email text PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES ('joan@person.test')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES ('joan@person.test')")
    log = (server.home / "log").read_text()
    assert "duplicate key value violates unique constraint" in log
    assert "joan@person.test" not in log


def test_the_roles_have_the_least_privileges(server: Embedded) -> None:
    server.ensure_running()
    with psycopg.connect(server.admin_url) as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls"
            " FROM pg_roles"
            " WHERE rolname LIKE 'happo%' ORDER BY rolname"
        ).fetchall()
    assert roles == [
        ("happo_app", False, False, False, False, False),
        ("happo_owner", False, True, True, True, False),
    ]


def test_the_application_starts_with_an_empty_search_path_in_utc(server: Embedded) -> None:
    server.ensure_running()
    with psycopg.connect(server.app_url) as connection:
        assert connection.execute("SHOW search_path").fetchone() == ('""',)
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT set_config('role', 'happo_owner', false)",
        "CREATE TABLE public.mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE TEMPORARY TABLE mine (id int)",
        "SET ROLE happo_owner",
    ],
)
def test_the_application_is_refused(server: Embedded, statement: str) -> None:
    server.ensure_running()
    with (
        psycopg.connect(server.app_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_a_database_that_the_owner_makes_is_as_closed(server: Embedded) -> None:
    server.ensure_running()
    name = f"test_{secrets.token_hex(4)}"
    with psycopg.connect(
        make_conninfo(server.owner_url, dbname="postgres"), autocommit=True
    ) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    with psycopg.connect(make_conninfo(server.owner_url, dbname=name)) as connection:
        connection.execute("SELECT set_config('search_path', 'public', false)")
        connection.execute("CREATE TABLE public.ours (id int)")
    with (
        psycopg.connect(make_conninfo(server.app_url, dbname=name)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT set_config('search_path', 'public', false)")


def test_the_server_stops_with_its_last_user(server: Embedded, made_data_dir: Path) -> None:
    server.ensure_running()
    other = DatabaseUser(made_data_dir)
    other.await_running()
    server.release()
    assert processes_of(made_data_dir)
    other.leave()
    assert processes_of(made_data_dir) == []
    assert not server.socket_dir.exists()


def test_a_killed_user_does_not_keep_the_server_running(made_data_dir: Path) -> None:
    user = DatabaseUser(made_data_dir)
    user.await_running()
    user.kill()
    assert eventually(lambda: processes_of(made_data_dir) == [])


def test_a_killed_server_is_replaced(server: Embedded, made_data_dir: Path) -> None:
    server.ensure_running()
    postmaster = postmaster_of(made_data_dir)
    postmaster.kill()
    assert eventually(lambda: not server.socket_dir.exists())
    server.ensure_running()
    assert answers(server)


def test_a_crash_gives_no_number_out_twice(server: Embedded, made_data_dir: Path) -> None:
    server.ensure_running()
    insert = "INSERT INTO public.numbered DEFAULT VALUES RETURNING id"
    with psycopg.connect(server.owner_url) as connection:
        # As a tenant is made: table, sequence and first row in one transaction.
        connection.execute(
            "CREATE TABLE public.numbered (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY)"
        )
        connection.execute(insert)
    with psycopg.connect(server.owner_url) as connection:
        connection.execute(insert)
    postmaster_of(made_data_dir).kill()
    assert eventually(lambda: not server.socket_dir.exists())
    server.ensure_running()
    with psycopg.connect(server.owner_url) as connection:
        (number,) = connection.execute(insert).fetchone() or (0,)
        connection.execute("DROP TABLE public.numbered")
    assert number > 2


def test_a_killed_keeper_takes_its_server_along_and_is_replaced(
    server: Embedded, made_data_dir: Path
) -> None:
    server.ensure_running()
    postmaster = postmaster_of(made_data_dir)
    keeper = postmaster.parent()
    keeper.kill()
    # Until its last thread has ended, which is when it lets go of its lock; it stays a zombie.
    os.waitid(os.P_PID, keeper.pid, os.WEXITED | os.WNOWAIT)
    server.ensure_running()
    assert answers(server)
    assert postmaster_of(made_data_dir).pid != postmaster.pid


def test_processes_that_start_at_once_share_one_server(
    server: Embedded, made_data_dir: Path
) -> None:
    users = [DatabaseUser(made_data_dir) for _ in range(4)]
    for user in users:
        user.await_running()
    server.ensure_running()
    postmasters = [p for p in processes_of(made_data_dir) if p.cmdline()[0].endswith("/postgres")]
    assert len(postmasters) == 1
    for user in users:
        user.leave()
    assert answers(server)


def test_the_pid_file_of_a_dead_server_may_name_a_living_process(server: Embedded) -> None:
    stale = server.home / "cluster" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n0\n5432\n{server.socket_dir}\n\n\nready\n")
    server.ensure_running()
    assert answers(server)


def test_the_socket_of_a_killed_server_may_name_a_living_process(server: Embedded) -> None:
    server.ensure_running()
    (owner, group) = (server.socket_dir.stat().st_uid, server.socket_dir.stat().st_gid)
    server.release()
    server.socket_dir.mkdir(mode=0o700)
    lock = server.socket_dir / ".s.PGSQL.5432.lock"
    lock.write_text(f"{os.getpid()}\n{server.home / 'cluster'}\n0\n5432\n{server.socket_dir}\n")
    for path in (lock, server.socket_dir):
        os.chown(path, owner, group)
    server.ensure_running()
    assert answers(server)


def test_a_socket_directory_of_another_account_is_refused(server: Embedded) -> None:
    server.socket_dir.mkdir(mode=0o755)
    try:
        with pytest.raises(EmbeddedPostgresError, match="is in the way"):
            server.ensure_running()
    finally:
        server.release()
        server.socket_dir.rmdir()


def test_the_socket_is_in_a_writable_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, absent, opened, other = (
        tmp_path / name for name in ("closed", "absent", "opened", "other")
    )
    for place in (closed, opened, other):
        place.mkdir()
    monkeypatch.setattr(embedded_server, "_SOCKET_PARENTS", (closed, absent, opened, other))
    monkeypatch.setattr(os, "access", lambda path, mode: path in (opened, other))
    chosen = Embedded(tmp_path).socket_dir
    assert chosen.parent == opened
    (other / chosen.name).mkdir()
    assert Embedded(tmp_path).socket_dir.parent == other


@pytest.fixture
def fresh_data_dir() -> Iterator[Path]:
    """A data directory that nothing was made in yet."""
    data_dir = Path(tempfile.mkdtemp(prefix="happo-test-"))
    data_dir.chmod(0o711)
    yield data_dir
    remove_data_dir(data_dir)


def test_a_long_path_and_a_half_made_cluster_do_not_matter(fresh_data_dir: Path) -> None:
    data_dir = fresh_data_dir / ("a long way down/" * 12) / "it's here"
    half_made = data_dir / "postgres" / "cluster.new" / "files"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    server = Embedded(data_dir)
    server.ensure_running()
    try:
        assert answers(server)
    finally:
        server.release()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account for the server")
def test_roots_private_directories_stay_private(fresh_data_dir: Path) -> None:
    fresh_data_dir.chmod(0o700)
    server = Embedded(fresh_data_dir)
    server.ensure_running()
    try:
        assert answers(server)
        assert stat.S_IMODE(fresh_data_dir.stat().st_mode) == 0o700
        assert (server.home / "cluster").is_symlink()
    finally:
        server.release()
    shutil.rmtree((server.home / "cluster").readlink())
    with pytest.raises(EmbeddedPostgresError, match="does not exist"):
        server.ensure_running()
    server.release()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account for the server")
def test_programs_in_a_private_directory_are_copied_with_their_libraries(
    fresh_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a checkout below /root."""
    wheel = cluster.wheel_programs().parent
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        if part.exists():
            shutil.copytree(
                part, tmp_path / part.name, ignore=shutil.ignore_patterns("include", "*.a")
            )
    private, shared = tmp_path / wheel.name / f"pginstall{cluster.MAJOR}", fresh_data_dir / "shared"
    assert not cluster.is_open_to_all(private)
    monkeypatch.setattr(cluster, "wheel_programs", lambda: private)
    monkeypatch.setattr(cluster, "SHARED_HOME", shared)
    server = Embedded(fresh_data_dir)
    for _ in range(2):
        server.ensure_running()
        try:
            assert answers(server)
            ran = postmaster_of(fresh_data_dir).exe()
            assert Path(ran).is_relative_to(shared)
        finally:
            server.release()
