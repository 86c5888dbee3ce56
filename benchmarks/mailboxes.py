"""Fetching many mailboxes with one real worker, from the stand-in for Gmail."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from statistics import median

import psutil
from django.conf import settings

from benchmarks.contest import BenchmarkFailed
from benchmarks.stage import Stage, product_environment
from benchmarks.table import Row
from core.accounts.models import User
from core.mail.models import StoredMessage, UserMailbox
from core.mail.sync import enqueue_due_mailboxes
from plugins.gmail.cursor import Cursor
from providers.conformance.mail_writer import Mail
from providers.isolation.processes import STOPPED
from tenants.context import tenant_scope
from tenants.provisioning import lifecycle
from tenants.provisioning.lifecycle import CreatedTenant
from tests.core.mail.mailboxes.gmail import GmailUser, connect_gmail, proven_mail
from tests.standins.identity import IdentityStandin
from tests.tenants.jobs.queue import empty_queue

LATENCY = 0.02
TENANTS, MAILBOXES = 5, 1_000
WANTED_IN_AN_HOUR = 10_000
USERS_OF_EACH, MAILS_OF_EACH, POISON_OF_EACH = 4, 50, 25
# A time of some seconds on two cores differs by a third from one run to the next.
ROUNDS = 5
# All users at once. With fewer threads they wait for a turn, of which a fifth is each tenant's, whatever its mail says.
JOBS_AT_ONCE = TENANTS * USERS_OF_EACH
# With 20 ms, the users of four tenants alone keep two cores busy, which the stand-in uses too.
LATENCY_OF_MAIL = 0.1
_LONGEST_RUN = 300.0


def mailbox_schedule(stage: Stage) -> Iterator[Row]:
    """Fetch 1,000 mailboxes of 5 tenants, which are due and have nothing new, with one worker of four threads."""
    with IdentityStandin() as standin, _tenants("due", TENANTS) as tenants:
        standin.gmail.latency = LATENCY
        for number, tenant in enumerate(tenants):
            _connect_idle(standin, tenant, first=number * MAILBOXES // TENANTS)
        with _worker(standin) as worker:
            early = _wait_for(lambda: _count_synced(tenants), MAILBOXES // 5)
            memory_early = worker.memory_info().rss
            late = _wait_for(lambda: _count_synced(tenants), MAILBOXES)
            memory_late = worker.memory_info().rss
    each_second = (MAILBOXES - MAILBOXES // 5) / (late - early)
    workers = math.ceil(WANTED_IN_AN_HOUR / 3600 / each_second)
    yield Row(
        "10,000 mailboxes due in one hour, nothing new, answers after 20 ms "
        f"(measured with {MAILBOXES:,}, times 3,600 s)",
        f"{each_second:.0f} a second: {each_second * 3600:,.0f} an hour",
        "10,000 an hour on one worker",
        f"{workers} worker, busy for {WANTED_IN_AN_HOUR / each_second / 36:.0f} % of the hour",
        workers == 1,
    )
    yield Row(
        f"memory of the worker after {MAILBOXES:,} mailboxes",
        f"{memory_late / 2**20:.0f} MiB",
        f"1.1 x that after {MAILBOXES // 5}",
        f"{memory_late / memory_early:.2f} x",
        memory_late <= 1.1 * memory_early,
    )


def poisoned_tenant(stage: Stage) -> Iterator[Row]:
    """Fetch 16 users of 4 tenants alone, and while 4 users of a fifth have mail that breaks its source, in turn."""
    alone, beside = list[float](), list[float]()
    for _ in range(ROUNDS):
        alone.append(_fetch_beside(poison=False))
        beside.append(_fetch_beside(poison=True))
    ratio = median(beside) / median(alone)
    yield Row(
        "16 users of 4 tenants fetched while the mail of a fifth tenant's 4 users is poison, "
        f"{JOBS_AT_ONCE} jobs at once, answers after {LATENCY_OF_MAIL * 1000:.0f} ms;"
        f" medians of {ROUNDS} runs each",
        f"{median(beside):.1f} s ({min(beside):.1f} to {max(beside):.1f})",
        "at most 1.2 x their time alone",
        f"{ratio:.2f} x ({median(alone):.1f} s; {min(alone):.1f} to {max(alone):.1f})",
        ratio <= 1.2,
    )


def _fetch_beside(*, poison: bool) -> float:
    """Return the seconds until all new mail of the sound tenants is stored."""
    with IdentityStandin() as standin, _tenants("full", TENANTS) as tenants:
        standin.gmail.latency = LATENCY_OF_MAIL
        seekers = [_connect_users(standin, tenant, number) for number, tenant in enumerate(tenants)]
        users = TENANTS * USERS_OF_EACH
        with _worker(standin, "--concurrency", str(JOBS_AT_ONCE)) as worker:
            # A worker takes some seconds to start, and to load its plugins for the first mail.
            _wait_for(lambda: _count_synced(tenants), users)
            for of_tenant in seekers[1:]:
                _deliver_receipts(of_tenant, MAILS_OF_EACH)
            if poison:
                _deliver_poison(seekers[0])
            _prepare_answers(standin)
            # All jobs come at once: an idle worker would begin with all of the first tenant.
            worker.suspend()
            for tenant, of_tenant in zip(tenants, seekers, strict=True):
                _fetch_again(tenant, of_tenant)
            worker.resume()
            begin = time.perf_counter()
            wanted = (TENANTS - 1) * USERS_OF_EACH * (1 + MAILS_OF_EACH)
            end = _wait_for(lambda: _count_stored(tenants[1:]), wanted)
            if poison:
                _wait_for(lambda: _count_in(tenants[0], _count_stopped), 1)
        return end - begin


def _prepare_answers(standin: IdentityStandin) -> None:
    """Have the stand-in read its mails beforehand: Gmail would do that on machines of its own."""
    for account in standin.gmail.accounts.values():
        for message in account.messages.values():
            assert message.sought
            assert message.encoded


def _connect_users(standin: IdentityStandin, tenant: CreatedTenant, number: int) -> list[GmailUser]:
    """Connect the users of a tenant, each with one mail, and have them fetched."""
    first = number * USERS_OF_EACH
    with tenant_scope(tenant.ref):
        seekers = [
            connect_gmail(
                standin,
                User.objects.create(email=f"user{one}@bench.test", is_registered=True),
                number=one,
            )
            for one in range(first, first + USERS_OF_EACH)
        ]
        _deliver_receipts(seekers, 1)
        enqueue_due_mailboxes.run()
    return seekers


def _fetch_again(tenant: CreatedTenant, seekers: Sequence[GmailUser]) -> None:
    with tenant_scope(tenant.ref):
        for seeker in seekers:
            seeker.make_due()
        enqueue_due_mailboxes.run()


def _deliver_receipts(seekers: Sequence[GmailUser], count: int) -> None:
    for seeker in seekers:
        known = len(seeker.account.messages)
        seeker.deliver(*(f"Cook {known + one}" for one in range(count)))


def _deliver_poison(seekers: Sequence[GmailUser]) -> None:
    """Deliver mail whose sources raise, loop for ever, eat memory and end their process; and mail of 25 MB."""
    for seeker, number in product(seekers, range(POISON_OF_EACH)):
        domain = ("raises.test", "loops.test", "ends.test", "eats.test")[number % 4]
        text = "x" * (25 * 1024 * 1024) if number == 0 else "Hello"
        mail = Mail(sender=f"jobs@{domain}", subject="You applied for Cook", text=text)
        seeker.deliver_mail(proven_mail(mail, f"{number}", domain=domain))


def _connect_idle(standin: IdentityStandin, tenant: CreatedTenant, *, first: int) -> None:
    with tenant_scope(tenant.ref):
        for number in range(first, first + MAILBOXES // TENANTS):
            user = User.objects.create(email=f"user{number}@bench.test", is_registered=True)
            seeker = connect_gmail(standin, user, number=number)
            history = str(seeker.account.last_history_id)
            UserMailbox.objects.filter(user=user).update(cursor=Cursor(history=history).write())
        enqueue_due_mailboxes.run()


@contextmanager
def _tenants(name: str, count: int) -> Iterator[list[CreatedTenant]]:
    empty_queue()
    created = [
        lifecycle.create_tenant(f"{name}{number}", name="Mail", owner_email="owner@bench.test")
        for number in range(count)
    ]
    try:
        yield created
    finally:
        for one in created:
            lifecycle.delete_tenant(one.ref.slug)


@contextmanager
def _worker(standin: IdentityStandin, *options: str) -> Iterator[psutil.Process]:
    environment = {**os.environ, **product_environment(), "GOOGLE_API_BASE": standin.url}
    # As this process, which encrypted the grants.
    environment["SECRET_KEY"] = settings.SECRET_KEY
    command = [sys.executable, "-m", "benchmarks.mail_worker", *options]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.kill()


def _wait_for(count: Callable[[], int], wanted: int) -> float:
    """Return the moment when the number is reached, in seconds."""
    ends = time.perf_counter() + _LONGEST_RUN
    while count() < wanted:
        if time.perf_counter() > ends:
            raise BenchmarkFailed(f"only {count()} of {wanted}")
        time.sleep(0.05)
    return time.perf_counter()


def _count_synced(tenants: Sequence[CreatedTenant]) -> int:
    return sum(
        _count_in(one, lambda: UserMailbox.objects.exclude(synced_at=None).count())
        for one in tenants
    )


def _count_stored(tenants: Sequence[CreatedTenant]) -> int:
    return sum(_count_in(one, lambda: StoredMessage.objects.count()) for one in tenants)


def _count_stopped() -> int:
    """Return how often the poison worked."""
    return StoredMessage.objects.filter(error__startswith=STOPPED).count()


def _count_in(tenant: CreatedTenant, count: Callable[[], int]) -> int:
    with tenant_scope(tenant.ref):
        return count()
