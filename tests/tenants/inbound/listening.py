"""The server of incoming mail in a thread of this process, in front of what takes each mail and keeps it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tenants.inbound.mail_bytes import Memory
from tenants.inbound.protocol import MailProtocol, make_protocol

MAIL = b"From: a@mail.example\r\nSubject: Hello\r\n\r\nA line\r\n"


@dataclass
class Mailbag:
    """Takes mail to every address that begins with `known`, and keeps it."""

    mails: list[tuple[list[str], bytes]] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)

    async def check(self, address: str) -> str:
        return "250 2.1.5 OK" if address.startswith("known") else "550 5.1.1 No"

    async def take(self, addresses: Sequence[str], raw: bytes) -> list[str]:
        self.mails.append((list(addresses), raw))
        return [self.replies.get(address, "250 2.0.0 OK") for address in addresses]


@dataclass
class Listening:
    """A server in a thread of this process."""

    port: int
    bag: Mailbag
    memory: Memory
    open_ones: set[MailProtocol]
    loop: asyncio.AbstractEventLoop


@contextmanager
def listening(*, speaks: str = "lmtp") -> Iterator[Listening]:
    loop = asyncio.new_event_loop()
    found = Listening(0, Mailbag(), Memory(), set(), loop)
    server = loop.run_until_complete(
        loop.create_server(
            lambda: make_protocol(
                found.bag, memory=found.memory, connections=found.open_ones, speaks=speaks
            ),
            "127.0.0.1",
            0,
        )
    )
    found.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield found
    finally:
        asyncio.run_coroutine_threadsafe(_close(server, found.open_ones), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncio.Server, open_ones: set[MailProtocol]) -> None:
    server.close()
    for one in list(open_ones):
        one.end()
    while open_ones:
        await asyncio.sleep(0.01)
    # The tasks of the connections end with their cancellation.
    await asyncio.gather(
        *(task for task in asyncio.all_tasks() if task is not asyncio.current_task()),
        return_exceptions=True,
    )
