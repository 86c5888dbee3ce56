"""What was accepted is stored, once, whatever is killed in between."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from providers.conformance.mail_writer import write_mail
from tenants.database.embedded.server import Embedded
from tests.commands import run
from tests.data_dirs import made_data_dir
from tests.mail.indeed import receipt
from tests.processes import postmaster_of
from tests.servers import free_port
from tests.tenants.inbound.sending import Outgoing, Sender
from tests.tenants.inbound.serving import DOMAIN, running_inbound

__all__ = ["made_data_dir"]

MAILS, CONNECTIONS, USERS = 1000, 8, 125


@pytest.fixture
def installation(made_data_dir: Path) -> dict[str, Any]:  # Any: JSON
    """An installation of this test alone, with users who have forwarding addresses."""
    made = run(
        ["-m", "tests.tenants.inbound.provision", str(USERS)],
        made_data_dir,
        INBOUND_DOMAIN=DOMAIN,
        DATABASE_URL="",
    )
    assert made.returncode == 0, made.stderr
    found: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return found


def mails_to(addresses: list[str]) -> list[Outgoing]:
    """Return mails for all addresses in turn, each about another job."""
    made = []
    for number in range(MAILS):
        mail = replace(receipt(f"Cook {number}", "Acme"), message_id=f"<{number}@indeed.test>")
        address = addresses[number % len(addresses)]
        made.append(Outgoing(str(number), address, write_mail(mail)))
    return made


def stored_in(server: Embedded, schema: str) -> list[str]:
    """Return the names of the stored mails."""
    query = sql.SQL("SELECT message_id FROM {}.mail_storedmessage").format(sql.Identifier(schema))
    with psycopg.connect(server.owner_url) as connection:
        return [row[0].strip("<>").partition("@")[0] for row in connection.execute(query)]


@pytest.mark.server
@pytest.mark.timeout(300)
def test_a_thousand_mails_survive_a_killed_server_and_a_restarted_database(
    made_data_dir: Path, installation: dict[str, Any]
) -> None:
    port = free_port()
    sender = Sender(port, mails_to(installation["addresses"]), connections=CONNECTIONS)
    local = {"INBOUND_DOMAIN": DOMAIN, "DATABASE_URL": ""}
    try:
        with running_inbound(made_data_dir, port=port, **local) as first:
            sender.start()
            sender.wait_for(MAILS // 3)
            first.process.kill()
            first.process.wait(60)
        with running_inbound(made_data_dir, port=port, **local):
            sender.wait_for(MAILS * 2 // 3)
            postmaster_of(made_data_dir).kill()
            sender.wait_for(MAILS)
    finally:
        sender.give_up()
        sender.join()
    server = Embedded(made_data_dir)
    server.ensure_running()
    stored = stored_in(server, installation["schema"])
    server.release()
    assert sorted(stored, key=int) == [str(number) for number in range(MAILS)]
    assert sorted(set(sender.accepted), key=int) == sorted(stored, key=int)
    assert sender.refusals, "nothing was killed while mail came in"
