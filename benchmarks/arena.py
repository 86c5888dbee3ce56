"""The server under attack: two tenants on a database of its own, and what the attacks know of it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
from psycopg import sql

CHECKOUT = Path(__file__).resolve().parents[1]
PASSWORD = "correct horse battery"
VERSION = {"x-happo-api-version": "v20261201"}
JSON = {"Content-Type": "application/json"}


@dataclass
class Arena:
    """A running server with two tenants: the attacker's and the other one's."""

    port: int
    process: "subprocess.Popen[bytes]"
    # Of the other tenant, which has one position.
    key: str
    # Of the attacker's tenant: its key, its owner's key and its schema; a position that the first key has no right on,
    # with 600 candidates whose descriptions have 100 kB; an OAuth client.
    attacker_key: str
    owner_key: str
    schema: str
    foreign_position: str
    oauth: dict[str, str]
    ends_at: float = 0.0

    def is_over(self) -> bool:
        """Tell whether the attack's time has passed."""
        return time.monotonic() > self.ends_at

    @property
    def large_list(self) -> str:
        """The path of the list of 60 MB."""
        return f"/v1/positions/{self.foreign_position}/candidates"

    def send(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of one answer; status 0 where there is none."""
        with closing(HTTPConnection("localhost", self.port, timeout=60)) as connection:
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                return answer.status, dict(answer.getheaders()), answer.read()
            except (OSError, HTTPException):
                return 0, {}, b""

    @contextmanager
    def lock_candidates(self) -> Iterator[None]:
        """Let no session read the candidates of the attacker's tenant; several threads may share the lock."""
        from django.conf import settings

        from tests.database import login_of

        with psycopg.connect(login_of(settings.OWNER_DATABASE)) as owner:
            # Where another thread has the lock already, this one needs none.
            owner.execute("SET lock_timeout = '100ms'")
            table = sql.Identifier(self.schema, "recruiting_candidate")
            with suppress(psycopg.errors.LockNotAvailable):
                owner.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(table))
            yield

    def memory(self) -> int:
        """Return the resident memory of the web processes in MB."""
        server = psutil.Process(self.process.pid)
        total = 0
        for process in (server, *server.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
        return total // 2**20


@contextmanager
def silent_storage() -> Iterator[str]:
    """Yield the URL of an S3 that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as silent:
        port = silent.getsockname()[1]
        yield (
            f"s3://files?endpoint=http://127.0.0.1:{port}&region=eu-north-1"
            "&access_key=key&secret_key=secret"
        )


@contextmanager
def arena(checkout: Path, *, storage: str = "") -> Iterator[Arena]:
    """Make a database with two tenants, and serve it with the code of `checkout`. `storage`: STORAGE_URL."""
    from django.conf import settings
    from django.db import connections

    from benchmarks.stage import product_environment
    from core.accounts.oauth.clients import issue_client
    from core.accounts.queries import get_user_by_email
    from core.accounts.services import issue_api_key, register_confirmed_user
    from tenants.context import tenant_scope
    from tenants.credentials import client_prefix, key_prefix
    from tenants.operators.accounts import create_operator
    from tenants.provisioning.lifecycle import create_tenant
    from tests.database import session_database
    from tests.servers import free_port

    with session_database(), TemporaryDirectory() as folder:
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        create_operator("ops@bench.test", password=PASSWORD)
        other = create_tenant("other", name="Other", owner_email="owner@bench.test")
        attacker = create_tenant("attacker", name="Attacker", owner_email="owner@bench.test")
        with tenant_scope(attacker.ref):
            issued = issue_client("Attacker", prefix=client_prefix(attacker.ref))
            register_confirmed_user("joe@bench.test", username="joesmith", password=PASSWORD)
            joe = get_user_by_email("joe@bench.test")
            key = issue_api_key(joe, prefix=key_prefix(attacker.ref)).key
        connections.close_all()
        port = free_port()
        environment = os.environ | product_environment() | {"HTTPS": "false", "PORT": str(port)}
        # The limits as they are without a setting.
        limits = [name for name in environment if name.startswith("RATE_LIMIT_")]
        for name in limits:
            del environment[name]
        process = subprocess.Popen(
            [sys.executable, "-c", "from config.programs import serve; serve()"],
            cwd=checkout,
            env=environment
            | {"HAPPO_DATA_DIR": folder, "WEB_PROCESSES": "2", "WEB_THREADS": "8"}
            | ({"STORAGE_URL": storage} if storage else {}),
            stderr=subprocess.DEVNULL,
        )
        oauth = {"client_id": issued.client_id, "client_secret": issued.client_secret}
        schema = attacker.ref.schema_name
        made = Arena(port, process, other.api_key, key, attacker.api_key, schema, "", oauth)
        try:
            _await_answer(made)
            bearer = {"Authorization": f"Bearer {attacker.api_key}"}
            body = b'{"title": "T"}'
            _, _, content = made.send("POST", "/v1/positions", body, **JSON, **VERSION, **bearer)
            made.foreign_position = json.loads(content)["data"]["id"]
            _fill(made, bearer)
            yield made
        finally:
            process.terminate()
            process.wait(timeout=30)


def _fill(arena: Arena, bearer: dict[str, str]) -> None:
    """Give the position 600 candidates with descriptions of 100 kB."""
    description = "<p>" + "x" * 99_000 + "</p>"
    body = json.dumps({"candidates": [{"name": "N", "description": description}] * 50}).encode()
    for _ in range(12):
        path = f"{arena.large_list}/bulk"
        status, _, content = arena.send("POST", path, body, **JSON, **VERSION, **bearer)
        if status != 200:
            raise RuntimeError(f"The candidates were refused: {content!r}")


def _await_answer(arena: Arena) -> None:
    for _ in range(300):
        if arena.send("GET", "/healthz")[0] == 200:
            return
        if arena.process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("The server does not answer")
