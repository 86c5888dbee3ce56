"""Attacks of one client, and what another tenant notices of them: `python -m benchmarks.attacks [NAME ...]`.

Prints for each attack the memory of the web processes, the other tenant's median and slowest request, and how the
attacker was answered; the first line is without an attack. `--checkout DIR` serves the code of another checkout on the
same database and prints its figures above those of this one: before and after a change. Slow bodies have no line, since
the proxy keeps them away (`tests/docs/test_proxies.py`). All attacks take about four minutes for each checkout.

How to add an attack: a function that sends requests until `arena.is_over()`; it yields the status of each answer, 0 for
none. List it in `ATTACKS` with the number of threads that call it.
"""

import argparse
import json
import os
import random
import socket
import string
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlencode, urlsplit

import django

from benchmarks.arena import CHECKOUT, JSON, PASSWORD, VERSION, Arena, arena, silent_storage

# Seconds that an attack lasts, and between two requests of the other tenant.
LASTS, PAUSE = 10.0, 0.05

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
        yield arena.send("GET", arena.large_list, **sent)[0]


def slow_readers(arena: Arena) -> Iterator[int]:
    """Ask for a list of 60 MB and read nothing of it."""
    request = (
        f"GET {arena.large_list} HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {arena.owner_key}\r\nx-happo-api-version: v20180701\r\n\r\n"
    )
    with socket.create_connection(("localhost", arena.port)) as reader:
        reader.sendall(request.encode())
        while not arena.is_over():
            time.sleep(PAUSE)
    yield 0


def slow_downloads(arena: Arena) -> Iterator[int]:
    """Open a link to a file of 4 MB and read nothing of it."""
    bearer = {"Authorization": f"Bearer {arena.owner_key}"} | VERSION
    form = (
        b'--x\r\nContent-Disposition: form-data; name="attachment"; filename="a.bin"\r\n\r\n'
        + bytes(4 * 2**20)
        + b"\r\n--x--\r\n"
    )
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    _, _, content = arena.send("POST", "/v1/attachments", form, **multipart, **bearer)
    id = json.loads(content)["data"]["id"]
    _, _, content = arena.send("GET", f"/v1/attachments/{id}", **bearer)
    link = urlsplit(json.loads(content)["data"]["accessUrl"])
    request = f"GET {link.path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with ExitStack() as readers:
        for _ in range(4):
            reader = readers.enter_context(socket.create_connection(("localhost", arena.port)))
            reader.sendall(request)
        while not arena.is_over():
            time.sleep(PAUSE)
    yield 0


def hanging_storage(arena: Arena) -> Iterator[int]:
    """Upload while S3 accepts connections and says nothing."""
    bearer = {"Authorization": f"Bearer {arena.owner_key}"} | VERSION
    form = (
        b'--x\r\nContent-Disposition: form-data; name="attachment"; filename="a.bin"\r\n\r\n'
        b"content\r\n--x--\r\n"
    )
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    while not arena.is_over():
        yield arena.send("POST", "/v1/attachments", form, **multipart, **bearer)[0]


def locked_table(arena: Arena) -> Iterator[int]:
    """Read candidates while another session holds a lock on their table."""
    sent = {"Authorization": f"Bearer {arena.owner_key}", **VERSION}
    with arena.lock_candidates():
        while not arena.is_over():
            yield arena.send("GET", f"{arena.large_list}?limit=1", **sent)[0]


ATTACKS: dict[Attack, int] = {
    wrong_operator_passwords: 24,
    right_passwords: 16,
    registrations: 16,
    bulk_without_rights: 8,
    bad_keys: 16,
    large_lists: 8,
    slow_readers: 32,
    slow_downloads: 8,
    hanging_storage: 16,
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


def main() -> int:
    """Run the attacks that the command line names, or all."""
    names = {attack.__name__: attack for attack in ATTACKS}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *names], metavar="NAME")
    parser.add_argument("--checkout", type=Path, help="another checkout to compare with")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    heads = ("attack", "memory", "median", "worst", "failed", "the attacker's answers")
    attacks = [names[name] for name in given.names] or list(ATTACKS)
    for checkout in (given.checkout, CHECKOUT) if given.checkout else (CHECKOUT,):
        print(f"\n{checkout}")
        print("{:<26} {:>9} {:>10} {:>10} {:>7}   {}".format(*heads), flush=True)
        for attack in attacks:
            for figures in _run(attack, checkout, with_calm=attack is attacks[0]):
                print(figures.line(), flush=True)
    return 0


def _run(attack: Attack, checkout: Path, *, with_calm: bool) -> Iterator[Figures]:
    with (
        silent_storage() if attack is hanging_storage else nullcontext("") as storage,
        arena(checkout, storage=storage) as made,
    ):
        if with_calm:
            yield measure(made, None)
        yield measure(made, attack, ATTACKS[attack])


if __name__ == "__main__":
    sys.exit(main())
