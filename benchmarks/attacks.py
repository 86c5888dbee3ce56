"""Attacks of one client, and what another tenant notices of them: `python -m benchmarks.attacks [NAME ...]`.

Prints for each attack the memory of the web processes, the other tenant's median and slowest request, and how the
attacker was answered; the first line is without an attack. `--checkout DIR` serves the code of another checkout on the
same database, for figures of before a change.

How to add an attack: a function that sends requests until `arena.is_over()`, called by as many threads as `THREADS`
says; it yields the status of each answer, 0 for none. List it in `ATTACKS`.
"""

import argparse
import json
import os
import random
import socket
import string
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import django
import psutil
import psycopg
from psycopg import sql

CHECKOUT = Path(__file__).resolve().parents[1]
PASSWORD = "correct horse battery"
VERSION = {"x-happo-api-version": "v20261201"}
JSON = {"Content-Type": "application/json"}
# Seconds that an attack lasts, and between two requests of the other tenant.
LASTS, PAUSE = 10.0, 0.05


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


Attack = Callable[[Arena], Iterator[int]]


def wrong_operator_passwords(arena: Arena) -> Iterator[int]:
    """Guess an operator's password in the admin."""
    _, headers, _ = arena.send("GET", "/admin/login/")
    cookie = headers.get("set-cookie", "").partition(";")[0]
    form = {
        "username": "ops@bench.test",
        "password": "wrong",
        "csrfmiddlewaretoken": cookie.partition("=")[2],
    }
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    while not arena.is_over():
        yield arena.send("POST", "/admin/login/", urlencode(form).encode(), **sent)[0]


def right_passwords(arena: Arena) -> Iterator[int]:
    """Log one user in, again and again, with the right password."""
    body = json.dumps(arena.oauth | {"username": "joesmith", "password": PASSWORD}).encode()
    while not arena.is_over():
        yield arena.send("POST", "/api/users/login", body, **JSON)[0]


def registrations(arena: Arena) -> Iterator[int]:
    """Register new users."""
    while not arena.is_over():
        name = "".join(random.choices(string.ascii_lowercase, k=12))  # noqa: S311 - no secret
        user = {"username": name, "email": f"{name}@bench.test", "password": PASSWORD}
        body = json.dumps(arena.oauth | user | {"password2": PASSWORD}).encode()
        yield arena.send("POST", "/api/users/register", body, **JSON)[0]


def bulk_without_rights(arena: Arena) -> Iterator[int]:
    """Send 5 MB of HTML to a position that the key has no right on."""
    html = ("<p>" + "<b>x</b>" * 12 + "</p>") * 950
    body = json.dumps({"candidates": [{"name": "N", "description": html}] * 50}).encode()
    path = f"/v1/positions/{arena.foreign_position}/candidates/bulk"
    bearer = {"Authorization": f"Bearer {arena.attacker_key}"}
    while not arena.is_over():
        yield arena.send("POST", path, body, **JSON, **VERSION, **bearer)[0]


def bad_keys(arena: Arena) -> Iterator[int]:
    """Send keys that are well-formed and wrong: each costs a query."""
    from core.accounts.secrets import new_secret

    while not arena.is_over():
        bearer = {"Authorization": f"Bearer {new_secret('hpk_live_attacker')}"}
        yield arena.send("GET", "/v1/positions", **VERSION, **bearer)[0]


def large_lists(arena: Arena) -> Iterator[int]:
    """Read a list of 60 MB."""
    sent = {"Authorization": f"Bearer {arena.owner_key}", "x-happo-api-version": "v20180701"}
    while not arena.is_over():
        yield arena.send("GET", _large_list(arena), **sent)[0]


def slow_readers(arena: Arena) -> Iterator[int]:
    """Ask for a list of 60 MB and read nothing of it."""
    request = (
        f"GET {_large_list(arena)} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {arena.owner_key}\r\nx-happo-api-version: v20180701\r\n\r\n"
    )
    with socket.create_connection(("localhost", arena.port)) as reader:
        reader.sendall(request.encode())
        while not arena.is_over():
            time.sleep(PAUSE)
    yield 0


def locked_table(arena: Arena) -> Iterator[int]:
    """Read candidates while another session holds a lock on their table."""
    sent = {"Authorization": f"Bearer {arena.owner_key}", **VERSION}
    with arena.lock_candidates():
        while not arena.is_over():
            yield arena.send("GET", f"{_large_list(arena)}?limit=1", **sent)[0]


def _large_list(arena: Arena) -> str:
    return f"/v1/positions/{arena.foreign_position}/candidates"


ATTACKS: dict[Attack, int] = {
    wrong_operator_passwords: 24,
    right_passwords: 16,
    registrations: 16,
    bulk_without_rights: 8,
    bad_keys: 16,
    large_lists: 8,
    slow_readers: 32,
    locked_table: 16,
}


@dataclass
class Figures:
    """What was measured while an attack ran."""

    name: str
    peak: int = 0
    seconds: list[float] = field(default_factory=list)
    failures: int = 0
    answers: Counter[int] = field(default_factory=Counter)

    def line(self) -> str:
        """Return the figures as a row of the table."""
        answers = ", ".join(f"{number} x {status}" for status, number in self.answers.most_common())
        middle, worst = median(self.seconds) * 1000, max(self.seconds) * 1000
        return (
            f"{self.name:<26} {self.peak:>6} MB {middle:>7.0f} ms {worst:>7.0f} ms"
            f" {self.failures:>7}   {answers}"
        )


def measure(arena: Arena, attack: Attack | None, threads: int = 0) -> Figures:
    """Run an attack; meanwhile send requests of the other tenant, one after the other."""
    figures = Figures(attack.__name__ if attack else "no attack")
    arena.ends_at = time.monotonic() + LASTS
    headers = VERSION | {"Authorization": f"Bearer {arena.key}"}
    with ThreadPoolExecutor(threads or 1) as pool:
        running = [pool.submit(lambda: Counter(attack(arena))) for _ in range(threads) if attack]
        while not arena.is_over():
            start = time.perf_counter()
            status = arena.send("GET", "/v1/positions", **headers)[0]
            figures.seconds.append(time.perf_counter() - start)
            figures.failures += status != 200
            figures.peak = max(figures.peak, arena.memory())
            time.sleep(PAUSE)
        for done in running:
            figures.answers.update(done.result())
    return figures


@contextmanager
def arena(checkout: Path) -> Iterator[Arena]:
    """Make a database with two tenants, and serve it with the code of `checkout`."""
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
            env=environment | {"HAPPO_DATA_DIR": folder, "WEB_PROCESSES": "2", "WEB_THREADS": "8"},
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
        path = f"{_large_list(arena)}/bulk"
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


def main() -> int:
    """Run the attacks that the command line names, or all."""
    names = {attack.__name__: attack for attack in ATTACKS}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *names], metavar="NAME")
    parser.add_argument("--checkout", type=Path, default=CHECKOUT)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    heads = ("attack", "memory", "median", "worst", "failed", "the attacker's answers")
    print("{:<26} {:>9} {:>10} {:>10} {:>7}   {}".format(*heads), flush=True)
    for attack in [names[name] for name in given.names] or list(ATTACKS):
        with arena(given.checkout) as made:
            for figures in (measure(made, None), measure(made, attack, ATTACKS[attack])):
                print(figures.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
