"""A PostgreSQL of an operator's own, of any version, made as docs/operating.md says."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from tenants.database.embedded.cluster import system_account
from tests.processes import eventually
from tests.servers import CHECKOUT, free_port

GUIDE = CHECKOUT / "docs" / "operating.md"
PASSWORD = "secret"


@dataclass(frozen=True)
class OtherPostgres:
    """A running server: the superuser's address, and the port on loopback."""

    superuser: str
    port: int

    def environment(self, **parameters: str) -> dict[str, str]:
        """Return the variables for Happo, with further parameters of libpq (`sslmode`)."""
        names = {"DATABASE_URL": "happo_app", "DATABASE_OWNER_URL": "happo_owner"}
        return {
            variable: make_conninfo(
                host="127.0.0.1",
                port=self.port,
                user=user,
                password=PASSWORD,
                dbname="happo",
                **parameters,
            )
            for variable, user in names.items()
        }

    def follow_guide(self) -> None:
        """Run the SQL of the guide as a superuser."""
        once, then = re.findall(r"```sql\n(.*?)```", GUIDE.read_text(), re.DOTALL)
        with psycopg.connect(self.superuser, autocommit=True) as server:
            for statement in re.sub(r"PASSWORD '[^']*'", f"PASSWORD '{PASSWORD}'", once).split(
                ";\n"
            ):
                server.execute(statement)
        with psycopg.connect(self.superuser, dbname="happo", autocommit=True) as database:
            database.execute(then)


@contextmanager
def running_postgres(
    programs: Path, *, hba: str, files: Mapping[str, str] | None = None, **options: str
) -> Iterator[OtherPostgres]:
    """Run a new server of the `programs`; nothing of it is left afterwards.

    `hba`: lines that let in others than the superuser, who comes through the socket. `files`: names and contents of
    files in the data directory. `options`: the server's parameters.
    """
    account = system_account() if os.geteuid() == 0 else None
    uid, gid = account or (None, None)
    folder, port = Path(tempfile.mkdtemp(prefix="happo-pg-", dir="/tmp")), free_port()
    data = folder / "data"
    if account:
        os.chown(folder, *account)

    def start(*command: "str | Path") -> "subprocess.Popen[bytes]":
        extra = None if uid is None else ()
        return subprocess.Popen(
            command, user=uid, group=gid, extra_groups=extra, cwd="/", stdout=subprocess.DEVNULL
        )

    server = None
    try:
        made = start(
            *(programs / "initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C"),
        )
        assert made.wait(100) == 0
        (data / "pg_hba.conf").write_text(f"local all postgres trust\n{hba}\n")
        for name, text in (files or {}).items():
            (data / name).write_text(text)
            (data / name).chmod(0o600)
            if account:
                os.chown(data / name, *account)
        parameters = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(folder),
            "fsync": "off",
            **options,
        }
        arguments = [part for item in parameters.items() for part in ("-c", "=".join(item))]
        server = start(programs / "postgres", "-D", data, *arguments)
        superuser = make_conninfo(host=str(folder), port=port, user="postgres", dbname="postgres")
        _await_answer(superuser, server)
        yield OtherPostgres(superuser, port)
    finally:
        if server is not None:
            server.terminate()
            server.wait(60)
        shutil.rmtree(folder)


def _await_answer(superuser: str, server: "subprocess.Popen[bytes]") -> None:
    def answers() -> bool:
        assert server.poll() is None, "the server has ended"
        try:
            psycopg.connect(superuser).close()
        except psycopg.OperationalError:
            return False
        return True

    assert eventually(answers, within=60)
