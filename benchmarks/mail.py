"""Reading mail on one core: a long confirmation against the standard library, and an mbox."""

import email
import email.policy
import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil
from bs4 import BeautifulSoup
from django.db import connection

from benchmarks.contest import BenchmarkFailed
from benchmarks.mail_samples import confirmation, write_mbox
from benchmarks.stage import Stage
from benchmarks.table import Row
from config.wiring import SHIPPED_PLUGINS
from core.accounts.services import register_confirmed_user
from providers.conformance.mail_sources.golden import GOLDEN_FOLDER, GoldenMail
from providers.contracts import MailSource, Message, Sender
from providers.interpretation import AskSource, ask_one
from providers.isolation.processes import SourceProcesses
from providers.loading import load_registry
from providers.mime.files import FileMail
from providers.mime.parsing import parse_mail, parse_paths
from tenants.context import tenant_scope
from tenants.management.mail_import import import_files
from tests.mail.bombs import BOMBS

MAILS, ROUNDS = 10_000, 3
# Of slices of both readers in turn, so short that a machine that slows down slows both.
PAIRS = 9
# The page is parsed once per mail: two mails in turn, so that none is found parsed.
TWO = (confirmation(1), confirmation(2) + b"\r\n")


def long_mail(stage: Stage) -> Iterator[Row]:
    """Read a confirmation of 110 kB, bytes to events, against the standard library with BeautifulSoup."""
    registry = load_registry(SHIPPED_PLUGINS, installed=False)

    def product(raw: bytes) -> None:
        row = parse_mail(FileMail(Path("mail.eml"), raw), registry)
        if not row.answer.events:
            raise BenchmarkFailed(f"nothing was read: {row.answer.error or row.reason}")

    ratios, mine = [], []
    for _ in range(PAIRS):
        mine.append(_seconds(product, 100))
        ratios.append(_seconds(read_with_standard_library, 10) / mine[-1])
    yield Row(
        "read a confirmation of 110 kB",
        f"{median(mine) * 1000:.2f} ms",
        "30 x the standard library with BeautifulSoup",
        f"{median(ratios):.1f} x ({min(ratios):.1f} to {max(ratios):.1f})",
        median(ratios) >= 30,
    )


def _seconds(read: Callable[[bytes], object], times: int) -> float:
    """Return the seconds of one mail, of this process alone; what the other reader left to collect is none of it."""
    gc.collect()
    started = time.process_time()
    for number in range(times):
        read(TWO[number % 2])
    return (time.process_time() - started) / times


def read_with_standard_library(raw: bytes) -> tuple[str, dict[str, str]]:
    """Return what a person sees of the mail, and the fields of the job: as the product does, by their manuals."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain
    assert html
    plain.get_content()
    soup = BeautifulSoup(html.get_content(), "html.parser")
    card = soup.select_one("tr[data-test-id=applied-job-posting]")
    assert card
    fields = {
        "title": card.select_one("a.text-md").get_text(),
        "link": card.select_one("a.text-md")["href"],
        "logo": card.select_one("img[alt]")["src"],
        "company": card.select_one("img[alt]")["alt"],
        "location": card.select_one("p.text-sm").get_text(),
        "date": card.select_one("p.applied-dates").get_text(),
    }
    for unseen in soup.find_all(("head", "style", "script", "template", "title")):
        unseen.decompose()
    for hidden in soup.find_all(style=_hides):
        hidden.decompose()
    return soup.get_text("\n", strip=True), fields


def _hides(style: str | None) -> bool:
    packed = "".join((style or "").lower().split())
    return "display:none" in packed or "visibility:hidden" in packed or "opacity:0;" in packed


def mbox(stage: Stage) -> Iterator[Row]:
    """Read an mbox of 10,000 mails, one in twenty from a job board."""
    registry = load_registry(SHIPPED_PLUGINS, installed=False)
    speeds = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "all.mbox"
        write_mbox(path, MAILS)
        for _ in range(ROUNDS):
            started = time.process_time()
            count = sum(1 for _ in parse_paths([path], registry))
            speeds.append(count / (time.process_time() - started))
    yield Row(
        f"read an mbox of {MAILS:,} mails",
        f"{median(speeds):,.0f} mails/s on one core",
        "3,000 mails/s",
        f"{median(speeds):,.0f} mails/s ({min(speeds):,.0f} to {max(speeds):,.0f})",
        median(speeds) >= 3000,
    )


def bombs(stage: Stage) -> Iterator[Row]:
    """Read mail that is made to choke its reader, each kind once."""
    registry = load_registry(SHIPPED_PLUGINS, installed=False)
    taken: dict[str, float] = {}
    for name, make in BOMBS.items():
        mail = FileMail(Path("bomb.eml"), make())
        started = time.process_time()
        parse_mail(mail, registry)
        taken[name] = time.process_time() - started
    slowest = max(taken, key=taken.__getitem__)
    yield Row(
        f"read each of {len(taken)} bombs: 10,000 parts, 1,000 levels, a line of 50 MB, ...",
        f"{taken[slowest]:.2f} s ({slowest})",
        "at most 2 s",
        f"{taken[slowest]:.2f} s",
        taken[slowest] <= 2,
    )


# The others break rules that keep one mail from the next; where all of these kinds take turns, processes are ended
# faster than new ones can start.
_POISON = ("raises", "loops", "eats", "ends", "breaks", "prints")


def poison(stage: Stage) -> Iterator[Row]:
    """Read the mail of eleven sources in another process, alone and beside one that raises, loops and eats memory."""
    from tests.providers.isolation.poisonous import SOURCES

    registry = load_registry(SHIPPED_PLUGINS, installed=False)
    good = [
        (source, golden.message)
        for source in registry.mail_sources
        if source.name != "workday"
        for golden in GoldenMail.from_folder(GOLDEN_FOLDER / source.name)
    ]
    bad = [
        (source, good[0][1].model_copy(update={"sender": Sender(address=f"a@{source.senders[0]}")}))
        for source in SOURCES
        if source.name in _POISON
    ]
    modules = [*SHIPPED_PLUGINS, "tests.providers.isolation.poisonous"]
    processes = SourceProcesses(modules, installed=False)
    try:
        direct, other, beside = [], [], []
        for _ in range(ROUNDS):
            direct.append(_time_of_good(ask_one, good, []))
            other.append(_time_of_good(processes.ask, good, []))
            beside.append(_time_of_good(processes.ask, good, bad))
    finally:
        processes.close()
    more = (median(other) - median(direct)) / len(good)
    ratio = median(beside) / median(other)
    yield Row(
        f"read {len(good)} mails of eleven sources beside sources that raise, loop and eat memory",
        f"{median(beside) * 1000:.0f} ms for the eleven; "
        f"another process costs {more * 1e6:.0f} µs a mail",
        "at most 1.2 x the time alone",
        f"{ratio:.2f} x",
        ratio <= 1.2,
    )


Asked = tuple[MailSource, Message]


def _time_of_good(ask: AskSource, good: list[Asked], bad: list[Asked]) -> float:
    """Return the seconds that the good sources' mail takes, with a bad one's mail before each tenth of them."""
    ask(*good[0])
    taken = 0.0
    for number, (source, message) in enumerate(good):
        if bad and number % 10 == 0:
            ask(*bad[number // 10 % len(bad)])
        started = time.perf_counter()
        ask(source, message)
        taken += time.perf_counter() - started
    return taken


def mail_import(stage: Stage) -> Iterator[Row]:
    """Import an mbox of 10,000 mails, one in twenty from a job board, into a user's applications.

    What counts is the time of one core: of this process and of the server's process for its connection.
    """
    tenant = stage.tenants[20].ref
    with TemporaryDirectory() as folder, tenant_scope(tenant):
        path = Path(folder) / "all.mbox"
        write_mbox(path, MAILS, jobs=400)
        speeds = []
        for number in range(ROUNDS):
            user = register_confirmed_user(f"import{number}@bench.test")
            started = _cpu_seconds()
            count = import_files(user.id, [path])
            speeds.append(MAILS / (_cpu_seconds() - started))
            if count.total("applications") != 400:
                raise BenchmarkFailed(f"{count.total('applications')} applications instead of 400")
    yield Row(
        f"import an mbox of {MAILS:,} mails into the database",
        f"{median(speeds):,.0f} mails/s on one core",
        "1,500 mails/s",
        f"{median(speeds):,.0f} mails/s ({min(speeds):,.0f} to {max(speeds):,.0f})",
        median(speeds) >= 1500,
    )


def _cpu_seconds() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).cpu_times()
    return time.process_time() + server.user + server.system
