"""PostgreSQL servers as an operator finds them: with a superuser, and nothing else in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote

import psycopg

from tenants.database.embedded.server import Embedded
from tests.data_dirs import remove_data_dir
from tests.memory import made_folder


@dataclass(frozen=True)
class BareServer:
    """A running server; `superuser` is the libpq address of its database `postgres`."""

    superuser: str

    @classmethod
    def at(cls, address: str) -> Self:
        with psycopg.connect(address, dbname="postgres", autocommit=True) as admin:
            admin.execute("DROP DATABASE happo WITH (FORCE)")
            for database in ("postgres", "template1"):
                with psycopg.connect(address, dbname=database, autocommit=True) as other:
                    other.execute("DROP OWNED BY happo_owner, happo_app")
            admin.execute("DROP ROLE happo_owner, happo_app")
        return cls(address)

    def run_sql(self, block: str, *, dbname: str) -> None:
        """Run a block of the page as the superuser; a database can't be made in a transaction."""
        with psycopg.connect(self.superuser, dbname=dbname, autocommit=True) as admin:
            for statement in block.strip().rstrip(";").split(";\n"):
                admin.execute(statement)

    def environment(self) -> dict[str, str]:
        """Return libpq's variables for the superuser."""
        known = psycopg.conninfo.conninfo_to_dict(self.superuser)
        return {
            "PGHOST": str(known["host"]),
            "PGUSER": str(known["user"]),
            "PGPASSWORD": str(known["password"]),
        }

    def url(self, role: str, password: str) -> str:
        """Return the URL of a log-in to the database `happo`."""
        host = quote(self.environment()["PGHOST"], safe="")
        return f"postgresql://{role}:{quote(password)}@/happo?host={host}"


@contextmanager
def bare_server() -> Iterator[BareServer]:
    """Run a server of this block alone."""
    data_dir = made_folder()
    embedded = Embedded(data_dir)
    embedded.ensure_running()
    try:
        yield BareServer.at(embedded.admin_url)
    finally:
        embedded.release()
        remove_data_dir(data_dir)
