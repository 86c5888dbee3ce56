"""LMTP (RFC 2033) and SMTP (RFC 5321) as this server speaks them: aiosmtpd's protocol, with limits.

aiosmtpd reads a mail line by line, each an object of its own, so that a mail of empty lines would fill memory; and
commands that were sent behind the data of an unfinished mail would be obeyed. Here a mail ends with CRLF.CRLF alone,
whatever else an ending may look like, and a client that doesn't wait for the answer to DATA is cut off: otherwise what
a mail holds could be taken for commands.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NoReturn, Protocol

from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_MAIL_BYTES: Final = 25 * 1024 * 1024
MAX_RECIPIENTS: Final = 100
# Of one connection: each costs a look-up, and may be a guess at a secret address.
MAX_UNKNOWN_RECIPIENTS: Final = 20
# Of all mails that a process is taking in at a time. Postfix tries again what is refused for it.
MAX_BYTES_IN_MEMORY: Final = 160 * 1024 * 1024
MAX_CONNECTIONS: Final = 200
# Seconds: for a command, for the whole data of a mail, and to store it.
COMMAND_SECONDS, DATA_SECONDS, STORING_SECONDS = 60.0, 600.0, 300.0
_CHUNK: Final = 64 * 1024
_END: Final = b"\r\n.\r\n"
# asyncio itself keeps no task alive.
_TAKING: Final = set[asyncio.Task[list[str]]]()
_COMMANDS: Final = frozenset({"MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "BDAT"})
_GREETINGS: Final = {"lmtp": {"LHLO"}, "smtp": {"HELO", "EHLO"}}
_TOO_LARGE: Final = f"552 5.3.4 A mail may have {MAX_MAIL_BYTES} bytes"
_TOO_MANY_UNKNOWN: Final = "450 4.7.1 Too many unknown recipients: try again later"
_END_OF_GUESSING: Final = "421 4.7.0 Too many unknown recipients"
_NO_MEMORY: Final = "452 4.3.1 Too much mail at once: try again later"


class Taker(Protocol):
    """Decides about recipients and mails."""

    async def check(self, address: str) -> str:
        """Return the reply to RCPT; one that begins with 2 accepts."""

    async def take(self, addresses: Sequence[str], raw: bytes) -> list[str]:
        """Take a mail; return a reply for each address."""


class Memory:
    """Counts the bytes of mails that connections hold."""

    def __init__(self, limit: int = MAX_BYTES_IN_MEMORY) -> None:
        self.limit, self.used = limit, 0

    def reserve(self, size: int) -> bool:
        """Count further bytes; return False, counting none, where there is no room."""
        if self.used + size > self.limit:
            return False
        self.used += size
        return True

    def release(self, size: int) -> None:
        self.used -= size


class _Data:
    """The data of one mail, which `memory` counts until `release`."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._chunks, self._size = list[bytes](), 0

    def add(self, chunk: bytes) -> bool:
        """Add what has come; return False, adding nothing, where memory has no room."""
        if not self._memory.reserve(len(chunk)):
            return False
        self._chunks.append(chunk)
        self._size += len(chunk)
        return True

    def join(self) -> bytes:
        """Return all that was added, and keep no other copy of it."""
        joined = b"".join(self._chunks)
        self._chunks.clear()
        return joined

    def release(self) -> None:
        """Forget the data."""
        self._memory.release(self._size)
        self._chunks, self._size = [], 0


class _Hooks:
    """What aiosmtpd calls of a handler."""

    def __init__(self, check: Callable[[str], Awaitable[str]]) -> None:
        self._check = check

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, host: str, replies: list[str]
    ) -> list[str]:
        session.host_name = host
        return [*replies[:-1], "250 PIPELINING"]

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients of one mail"
        reply = await self._check(address)
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_exception(self, error: Exception) -> str:
        return "451 4.3.0 Try again later"


class MailProtocol(SMTP):
    """One connection. `connections`: those that are open, which this one leaves when it ends.

    LMTP answers DATA once for each recipient, SMTP once for all.
    """

    command_size_limit = 2048
    line_length_limit = _CHUNK

    def __init__(
        self, taker: Taker, *, memory: Memory, connections: set[MailProtocol], speaks: str
    ) -> None:
        # aiosmtpd keeps these for all connections in one dictionary, which each new connection empties.
        self.command_size_limits = defaultdict(lambda: MailProtocol.command_size_limit)
        super().__init__(
            _Hooks(self._check),
            data_size_limit=MAX_MAIL_BYTES,
            enable_SMTPUTF8=True,
            hostname="happo",
            ident="Happo",
            timeout=COMMAND_SECONDS,
        )
        self._taker, self._memory, self._connections = taker, memory, connections
        self._is_lmtp = speaks == "lmtp"
        self._is_storing, self._is_ending = False, False
        self._unknown = 0
        known = _COMMANDS | _GREETINGS[speaks]
        self._smtp_methods = {
            name: method for name, method in self._smtp_methods.items() if name in known
        }

    async def smtp_LHLO(self, arg: str) -> None:  # noqa: N802
        """Greet (RFC 2033)."""
        await self.smtp_EHLO(arg)

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802
        """End the transaction."""
        await super().smtp_RSET(arg)
        await self._end_if_guessing()

    async def smtp_BDAT(self, arg: str) -> None:  # noqa: N802
        """Refuse CHUNKING (RFC 3030), and end: the data that follow are no commands."""
        await self._refuse("502 5.5.1 BDAT is not offered")

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Take the mail of the transaction."""
        assert self.envelope is not None
        # asyncio's readers don't say otherwise whether something has come that was not read.
        if self._reader._buffer:  # type: ignore[attr-defined]
            await self._refuse("503 5.5.1 The mail was sent before DATA was answered")
        elif not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Send RCPT first")
        elif arg:
            await self.push("501 5.5.4 DATA takes no arguments")
        else:
            await self._take_data(list(self.envelope.rcpt_tos))

    async def _take_data(self, addresses: list[str]) -> None:
        self._is_storing = True
        replies = await self._take(addresses)
        await self.push("\r\n".join(replies if self._is_lmtp else [_worst(replies)]))
        self._is_storing = False
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        self._reset_timeout()
        if self._is_ending:
            self.end()
        await self._end_if_guessing()

    async def _check(self, address: str) -> str:
        """Return the reply to RCPT. After too many unknown ones no further address is looked up.

        A mail server in front sends on the same connection what others have sent it: the rest is refused for now, and
        the connection ends between two mails, where that disturbs none of them.
        """
        if self._unknown >= MAX_UNKNOWN_RECIPIENTS + MAX_RECIPIENTS:
            await self._refuse(_END_OF_GUESSING)
        if self._unknown >= MAX_UNKNOWN_RECIPIENTS:
            self._unknown += 1
            return _TOO_MANY_UNKNOWN
        reply = await self._taker.check(address)
        self._unknown += reply.startswith("5")
        return reply

    async def _end_if_guessing(self) -> None:
        if self._unknown >= MAX_UNKNOWN_RECIPIENTS:
            await self._refuse(_END_OF_GUESSING)

    async def _take(self, addresses: list[str]) -> list[str]:
        """Read a mail, and have it taken; return a reply for each address."""
        data = _Data(self._memory)
        try:
            fault = await self._read_data(data)
        except BaseException:
            data.release()
            raise
        self._reset_timeout(STORING_SECONDS)
        if fault:
            return [fault] * len(addresses)
        # A client that goes ends no thread: the mail counts as long as it is in memory.
        taking = asyncio.create_task(self._have_taken(addresses, data))
        _TAKING.add(taking)
        taking.add_done_callback(_TAKING.discard)
        return await asyncio.shield(taking)

    async def _have_taken(self, addresses: list[str], data: _Data) -> list[str]:
        try:
            return await self._taker.take(addresses, _unstuff(data.join()))
        finally:
            data.release()

    async def _read_data(self, data: _Data) -> str:
        """Fill `data`, which begins with a line break; return the reply that refuses it, or ""."""
        # The first line may be the end: the line break before it was that of DATA.
        self._reader.feed_data(b"\r\n")
        await self.push("354 End the mail with <CR><LF>.<CR><LF>")
        self._reset_timeout(DATA_SECONDS)
        size, fault, is_end = 0, "", False
        while not is_end:
            try:
                chunk = await self._reader.readuntil(_END)
                is_end = True
            except asyncio.LimitOverrunError as error:
                # What of it may be the beginning of the end stays in the buffer.
                chunk = await self._reader.read(error.consumed)
            size += len(chunk)
            if not fault and size > MAX_MAIL_BYTES + len(_END):
                fault = _TOO_LARGE
            elif not fault and not data.add(chunk):
                fault = _NO_MEMORY
            if fault:
                data.release()
        return fault

    async def _refuse(self, reply: str) -> NoReturn:
        """Refuse, and end the connection at once: what the client has sent already is not looked at."""
        await self.push(reply)
        raise asyncio.CancelledError

    def connection_lost(self, error: Exception | None) -> None:
        self._connections.discard(self)
        super().connection_lost(error)

    def end(self) -> None:
        """End the connection; one that takes a mail ends when that is answered."""
        self._is_ending = True
        if not self._is_storing and self.transport is not None:
            self._writer.write(b"421 4.3.2 The server stops\r\n")
            self.transport.close()


class _Refusal(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(b"421 4.3.2 Too many connections\r\n")
        transport.close()


def make_protocol(
    taker: Taker, *, memory: Memory, connections: set[MailProtocol], speaks: str
) -> asyncio.Protocol:
    """Return what serves a new connection, as `asyncio` calls it for each. `speaks`: `lmtp` or `smtp`."""
    if len(connections) >= MAX_CONNECTIONS:
        return _Refusal()
    made = MailProtocol(taker, memory=memory, connections=connections, speaks=speaks)
    # Now: asyncio accepts many at a time, before it tells the first one that its connection is made.
    connections.add(made)
    return made


def _unstuff(data: bytes) -> bytes:
    """Return the mail: without the line break before it, the dot line behind it, and the dots added to its lines."""
    return data[: -len(b".\r\n")].replace(b"\r\n.", b"\r\n")[2:]


def _worst(replies: list[str]) -> str:
    """Return the one reply of SMTP: if any recipient has to be tried again, all are; a mail counts once."""
    for first in "425":
        for reply in replies:
            if reply.startswith(first):
                return reply
    return replies[0]
