"""Mail that comes in at forwarding addresses, from a mail server on eight connections."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from django.db import connection

from benchmarks.contest import BenchmarkFailed
from benchmarks.stage import Stage
from benchmarks.table import Row
from core.accounts.services import register_confirmed_user
from providers.conformance.mail_writer import write_mail
from tenants.context import tenant_scope
from tests.mail.indeed import receipt
from tests.tenants.inbound.sending import Outgoing, send_all
from tests.tenants.inbound.serving import give_address, running_inbound, taking_mail

MAILS: Final = 1000
USERS: Final = 25
CONNECTIONS: Final = 8
# 100,000 users with five mails of boards a day each.
LEAST_PER_SECOND: Final = 6


def inbound(stage: Stage) -> Iterator[Row]:
    """Send receipts of a board, each of which becomes an application before it is answered."""
    tenant = stage.tenants[20]
    with taking_mail(), tenant_scope(tenant.ref):
        users = [register_confirmed_user(f"inbound{one}@bench.test") for one in range(USERS)]
        addresses = [give_address(user)[1] for user in users]
        mails = [_mail(number, addresses[number % USERS]) for number in range(MAILS)]
        with TemporaryDirectory() as folder, running_inbound(Path(folder)) as server:
            # The processes in which sources read are started with the first mail.
            send_all(server.port, mails[:CONNECTIONS], connections=CONNECTIONS)
            seconds = send_all(server.port, mails[CONNECTIONS:], connections=CONNECTIONS)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM mail_storedmessage WHERE mailbox = 'forward'")
            if cursor.fetchone()[0] != MAILS:
                raise BenchmarkFailed("a mail was lost or stored twice")
    rate = (MAILS - CONNECTIONS) / seconds
    yield Row(
        f"take {MAILS:,} mails of a board in by LMTP, {CONNECTIONS} connections, one process",
        f"{rate:.0f} mails/s",
        f"{LEAST_PER_SECOND} mails/s (100,000 users with 5 mails a day)",
        f"{rate / LEAST_PER_SECOND:.1f} x",
        rate >= LEAST_PER_SECOND,
    )


def _mail(number: int, address: str) -> Outgoing:
    mail = replace(receipt(f"Cook {number}", "Acme"), message_id=f"<{number}@bench.test>")
    return Outgoing(str(number), address, write_mail(mail))
