"""The server of `manage.py inbound`: it takes mail from the mail server in front of it."""

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from django.db import close_old_connections

from core.mail.inbound.incoming import InboundMail
from core.trace import begin_trace, end_trace
from tenants.inbound.delivery import AddressUnknown, TryLater, check_address, deliver_mail
from tenants.inbound.mail_bytes import Memory
from tenants.inbound.protocol import MailProtocol, make_protocol
from tenants.inbound.replies import LATER

log = logging.getLogger("happo.inbound")

# Seconds until connections that don't end are cut off.
STOP_SECONDS: Final = 30.0
LARGE_BYTES: Final = 2 * 1024 * 1024
_UNKNOWN: Final = "550 5.1.1 No mailbox has this address"


class Deliveries:
    """Answers about addresses and mails, in threads: each has a database connection.

    Reading a large mail takes several times its size: of those one is read at a time.
    """

    def __init__(self, *, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="inbound")
        self._large = asyncio.Lock()

    async def check(self, address: str) -> str:
        """Return the reply to RCPT."""
        return await self._run(partial(check_address, address), accepted="250 2.1.5 OK")

    async def take(self, addresses: Sequence[str], raw: bytes) -> list[str]:
        """Take a mail; return a reply for each address, after its commit."""
        if len(raw) > LARGE_BYTES:
            async with self._large:
                return await self._take(addresses, raw)
        return await self._take(addresses, raw)

    async def _take(self, addresses: Sequence[str], raw: bytes) -> list[str]:
        known, mail = dict[str, str](), InboundMail(raw)
        for address in addresses:
            if address not in known:
                known[address] = await self._run(
                    partial(deliver_mail, address, mail), accepted="250 2.0.0 OK"
                )
        return [known[address] for address in addresses]

    async def _run(self, work: Callable[[], None], *, accepted: str) -> str:
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, _work_apart, work)
        except AddressUnknown:
            return _UNKNOWN
        except TryLater as error:
            log.info("A mail is refused for now: %s", error)
            return LATER
        return accepted

    def close(self) -> None:
        """Wait for what runs. A thread that ends closes its database connection."""
        self._threads.shutdown()


def _work_apart(work: Callable[[], None]) -> None:
    """Work as a request does: with a trace of its own, on a database connection that is whole."""
    _, token = begin_trace("inbound")
    close_old_connections()
    try:
        work()
    finally:
        close_old_connections()
        end_trace(token)


async def serve_mail(
    *, host: str, port: int, speaks: str, threads: int, on_start: Callable[[int], None]
) -> None:
    """Take mail until SIGTERM or SIGINT; then finish the mails that are being taken, and return.

    `speaks`: `lmtp` or `smtp`. `on_start` gets the port. Several processes may listen on one port: the kernel divides
    the connections. Raises `OSError` where the port is another program's.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(stop, stopping.set)
    deliveries, memory, open_ones = Deliveries(threads=threads), Memory(), set[MailProtocol]()
    server = await loop.create_server(
        lambda: make_protocol(deliveries, memory=memory, connections=open_ones, speaks=speaks),
        host,
        port,
        reuse_port=True,
        backlog=256,
    )
    try:
        on_start(server.sockets[0].getsockname()[1])
        await stopping.wait()
    finally:
        server.close()
        await _end(open_ones)
        await asyncio.to_thread(deliveries.close)


async def _end(open_ones: set[MailProtocol]) -> None:
    for one in list(open_ones):
        one.end()
    deadline = asyncio.get_running_loop().time() + STOP_SECONDS
    while open_ones and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)
    for one in list(open_ones):
        if one.transport is not None:
            one.transport.close()
