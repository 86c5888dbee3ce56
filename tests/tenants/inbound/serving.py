"""`manage.py inbound` as a process of its own, and users with forwarding addresses."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.accounts.models import User
from core.mail.inbound.forwarding import show_address
from core.mail.inbound.setup import InboundSetup, inbound_setup, use_inbound
from core.mail.mailboxes.kinds import MailboxRequest
from core.mail.mailboxes.services import add_mailbox
from core.mail.models import UserMailbox
from tenants.context import current_tenant
from tests.forking.processes import Forked
from tests.recruiters import caller_for
from tests.servers import application_environment, free_port

DOMAIN = "in.happo.test"


@contextmanager
def taking_mail(*, authserv_id: str = "") -> Iterator[None]:
    """Have this process take mail for `DOMAIN`."""
    before = inbound_setup()
    use_inbound(InboundSetup(DOMAIN, authserv_id, tenant_part=lambda: current_tenant().slug))
    yield
    use_inbound(before)


def give_address(user: User) -> tuple[UserMailbox, str]:
    """Give a user of the active tenant a forwarding address; return the mailbox and the address."""
    mailbox = add_mailbox(caller_for(user), MailboxRequest(plugin="forward"))
    return mailbox, show_address(mailbox)


@dataclass(frozen=True)
class InboundServer:
    """A server that takes mail on a port of loopback."""

    port: int
    process: Forked


@contextmanager
def running_inbound(
    data_dir: Path, *options: str, port: int | None = None, **environment: str
) -> Iterator[InboundServer]:
    """Take mail for `DOMAIN` on the session's database until the block ends; nothing is left running."""
    port = port or free_port()
    known = (
        application_environment(data_dir) if "DATABASE_URL" not in environment else dict(os.environ)
    )
    process = Forked(
        ["manage.py", "inbound", "--port", str(port), *options],
        environment=known
        | {"HAPPO_DATA_DIR": str(data_dir), "INBOUND_DOMAIN": DOMAIN}
        | environment,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert f":{port}" in process.stdout.readline()
        yield InboundServer(port, process)
    finally:
        process.kill()
        process.communicate()
