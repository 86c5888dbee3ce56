"""Fetching a mailbox of Gmail from the stand-in, which counts units as Google does."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.contest import BenchmarkFailed
from benchmarks.stage import Stage
from benchmarks.table import Row
from config.network.http_client import MAILBOX_LIMITS, RequestsClient
from plugins.gmail.mailbox import GmailMailbox
from providers.contracts import Grant, MailboxContext, MailSearch, ProviderSettings
from tests.standins.identity import IdentityStandin

MESSAGES, EVERY, EMAIL = 5_000, 20, "joe@gmail.test"
SCOPE = "openid email https://www.googleapis.com/auth/gmail.readonly"


def gmail(stage: Stage) -> Iterator[Row]:
    """Fetch 5,000 messages of which 250 are claimed, while 5 % of the requests fail; then what is new: nothing."""
    with IdentityStandin() as standin:
        context = _mailbox(standin)
        standin.gmail.faults.share = 0.05
        started = time.perf_counter()
        pieces = list(GmailMailbox().fetch(None, context))
        seconds = time.perf_counter() - started
        brought = [mail.key for piece in pieces for mail in piece.mails if mail.raw]
        if len(brought) != MESSAGES // EVERY or len(set(brought)) != len(brought):
            raise BenchmarkFailed("a mail was lost or brought twice")
        spent, least = standin.gmail.spent[EMAIL], 5 + 20 * len(brought)
        yield Row(
            "full sync of 5,000 messages of Gmail (250 claimed, 5 % of requests fail)",
            f"{spent} units in {seconds:.1f} s, pauses left out",
            "1.1 x the units without failures",
            f"{spent / least:.2f} x",
            spent <= 1.1 * least,
        )
        standin.gmail.faults.share = 0.0
        standin.calls.clear()
        list(GmailMailbox().fetch(pieces[-1].cursor, context))
        requests = len(standin.calls)
        yield Row(
            "increment of Gmail with nothing new",
            f"{requests} request",
            "1 request",
            f"{requests}",
            requests == 1,
        )


def _mailbox(standin: IdentityStandin) -> MailboxContext:
    standin.google.add_client(client_id="ours", secret="secret")
    standin.google.add_account(sub="42", email=EMAIL)
    for number in range(MESSAGES):
        sender = "jobs@board.example" if number % EVERY == 0 else "friend@home.example"
        mail = f"From: {sender}\r\nMessage-ID: <{number}@board.example>\r\n\r\nHello {number}\r\n"
        moment = datetime(2026, 1, 1, tzinfo=UTC).timestamp() + 60 * number
        standin.gmail.deliver(email=EMAIL, mail=mail, received_at=moment)
    return MailboxContext(
        http=RequestsClient(limits=MAILBOX_LIMITS, keeps_connections=True),
        search=MailSearch(senders=("board.example",)),
        grant=Grant(
            access_token=standin.google.issue(sub="42", client_id="ours", scope=SCOPE),
            client_id="ours",
        ),
        settings=ProviderSettings(base_url=standin.url),
        sleep=lambda seconds: None,
    )
