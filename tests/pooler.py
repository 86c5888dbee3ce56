"""PgBouncer in front of the embedded server, as an operator may have it."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tenants.database.embedded.cluster import system_account
from tests.programs import required_program
from tests.servers import free_port

START_LIMIT = 20.0


@contextmanager
def pgbouncer(pool_mode: str, **options: str) -> Iterator[dict[str, str]]:
    """Run PgBouncer with this `pool_mode`; yield the environment in which processes use it."""
    program = required_program("pgbouncer", package="pgbouncer")
    folder, port = Path(tempfile.mkdtemp(prefix="happo-pooler-")), free_port()
    logins = [settings.DATABASES["default"], settings.OWNER_DATABASE]
    users = folder / "users.txt"
    users.write_text("".join(f'"{login["USER"]}" "{login["PASSWORD"]}"\n' for login in logins))
    lines = {
        "listen_addr": "127.0.0.1",
        "listen_port": str(port),
        "unix_socket_dir": "",
        "auth_type": "scram-sha-256",
        "auth_file": str(users),
        "pool_mode": pool_mode,
        "default_pool_size": "40",
        **options,
    }
    server = conninfo_to_dict(settings.EMBEDDED_POSTGRES.app_url)
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={server['host']} port={server.get('port', 5432)}\n[pgbouncer]\n"
        + "".join(f"{name} = {value}\n" for name, value in lines.items())
    )
    # It refuses root as PostgreSQL does, and has to reach the socket of the embedded server.
    uid, gid = system_account() if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    for path in (folder, *folder.iterdir()):
        os.chown(path, uid, gid)
    process = subprocess.Popen(
        [program, "-q", folder / "pgbouncer.ini"], user=uid, group=gid, extra_groups=[], cwd="/"
    )
    try:
        urls = [_url(login, port) for login in logins]
        _await_answer(urls[0], process)
        yield {"DATABASE_URL": urls[0], "DATABASE_OWNER_URL": urls[1]}
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder)


def _url(login: dict[str, str], port: int) -> str:
    return make_conninfo(
        host="127.0.0.1",
        port=port,
        user=login["USER"],
        password=login["PASSWORD"],
        dbname=login["NAME"],
    )


def _await_answer(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_LIMIT
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
