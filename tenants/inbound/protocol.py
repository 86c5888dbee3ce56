"""LMTP (RFC 2033) and SMTP (RFC 5321) as this server speaks them: aiosmtpd's protocol, with limits.

Commands that are sent behind the data of an unfinished mail are not obeyed: a client that doesn't wait for the answer
to DATA is cut off. `mail_bytes` reads the mail itself.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NoReturn, Protocol

from aiosmtpd.smtp import SMTP, Envelope, Session

from tenants.inbound import replies
from tenants.inbound.mail_bytes import CHUNK_BYTES, MAX_MAIL_BYTES, MailBytes, Memory

MAX_RECIPIENTS: Final = 100
# Of one connection: each costs a look-up, and may be a guess at a secret address.
MAX_UNKNOWN_RECIPIENTS: Final = 20
MAX_CONNECTIONS: Final = 200
# Parentheses of a command.
MAX_NESTED: Final = 20
# Seconds: for a command, for the whole data of a mail, and to store it.
COMMAND_SECONDS, DATA_SECONDS, STORING_SECONDS = 60.0, 600.0, 300.0
# asyncio itself keeps no task alive.
_TAKING: Final = set[asyncio.Task[list[str]]]()
_COMMANDS: Final = frozenset({"MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "BDAT"})
_GREETINGS: Final = {"lmtp": {"LHLO"}, "smtp": {"HELO", "EHLO"}}


class Taker(Protocol):
    """Decides about recipients and mails."""

    async def check(self, address: str) -> str:
        """Return the reply to RCPT; one that begins with 2 accepts."""

    async def take(self, addresses: Sequence[str], raw: bytes) -> list[str]:
        """Take a mail; return a reply for each address."""


class _Hooks:
    """What aiosmtpd calls of a handler."""

    def __init__(self, check: Callable[[str], Awaitable[str]]) -> None:
        self._check = check

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, host: str, offered: list[str]
    ) -> list[str]:
        session.host_name = host
        return [*offered[:-1], "250-ENHANCEDSTATUSCODES", replies.LAST_OFFER]

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return replies.TOO_MANY_RECIPIENTS
        reply = await self._check(address)
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_exception(self, error: Exception) -> str:
        return replies.LATER


class MailProtocol(SMTP):
    """One connection. `connections`: those that are open, which this one leaves when it ends.

    LMTP answers DATA once for each recipient, SMTP once for all.
    """

    command_size_limit = 2048
    line_length_limit = CHUNK_BYTES

    def __init__(
        self, taker: Taker, *, memory: Memory, connections: set[MailProtocol], speaks: str
    ) -> None:
        # aiosmtpd keeps these for all connections in one dictionary, which each new connection empties.
        self.command_size_limits = defaultdict(lambda: MailProtocol.command_size_limit)
        super().__init__(
            _Hooks(self._check),
            data_size_limit=MAX_MAIL_BYTES,
            enable_SMTPUTF8=True,
            hostname=replies.HOST,
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

    async def push(self, status: str | bytes) -> None:
        """Send a reply, with an enhanced code."""
        text = status if isinstance(status, str) else status.decode()
        await super().push(replies.add_enhanced_code(text))

    async def smtp_LHLO(self, arg: str) -> None:  # noqa: N802
        """Greet (RFC 2033)."""
        await self.smtp_EHLO(arg)

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802
        """End the transaction."""
        await super().smtp_RSET(arg)
        await self._end_if_guessing()

    async def smtp_BDAT(self, arg: str) -> None:  # noqa: N802
        """Refuse CHUNKING (RFC 3030), and end: the data that follow are no commands."""
        await self._refuse(replies.NO_BDAT)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Take the mail of the transaction."""
        assert self.envelope is not None
        # asyncio's readers don't say otherwise whether something has come that was not read.
        if self._reader._buffer:  # type: ignore[attr-defined]
            await self._refuse(replies.SENT_EARLY)
        elif not self.envelope.rcpt_tos:
            await self.push(replies.NO_RECIPIENT)
        elif arg:
            await self.push(replies.NO_ARGUMENTS)
        else:
            await self._take_mail(list(self.envelope.rcpt_tos))

    async def _take_mail(self, addresses: list[str]) -> None:
        self._is_storing = True
        answers = await self._take(addresses)
        await self.push("\r\n".join(answers if self._is_lmtp else [replies.find_worst(answers)]))
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
            await self._refuse(replies.END_OF_GUESSING)
        if self._unknown >= MAX_UNKNOWN_RECIPIENTS:
            self._unknown += 1
            return replies.TOO_MANY_UNKNOWN
        reply = await self._taker.check(address)
        self._unknown += reply.startswith("5")
        return reply

    async def _end_if_guessing(self) -> None:
        if self._unknown >= MAX_UNKNOWN_RECIPIENTS:
            await self._refuse(replies.END_OF_GUESSING)

    async def _take(self, addresses: list[str]) -> list[str]:
        """Read a mail, and have it taken; return a reply for each address."""
        mail = MailBytes(self._memory)
        # The first line of the mail may be its end: the line break before it was that of DATA.
        self._reader.feed_data(b"\r\n")
        await self.push(replies.GO_ON)
        self._reset_timeout(DATA_SECONDS)
        try:
            refusal = await mail.read(self._reader)
        except BaseException:
            mail.release()
            raise
        self._reset_timeout(STORING_SECONDS)
        if refusal:
            return [refusal] * len(addresses)
        # A client that goes ends no thread: the mail counts as long as it is in memory.
        taking = asyncio.create_task(self._have_taken(addresses, mail))
        _TAKING.add(taking)
        taking.add_done_callback(_TAKING.discard)
        return await asyncio.shield(taking)

    async def _have_taken(self, addresses: list[str], mail: MailBytes) -> list[str]:
        try:
            return await self._taker.take(addresses, mail.take())
        finally:
            mail.release()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Return the address and what follows it, None for both where they can't be read.

        Python's reader of addresses raises for some, and goes into each comment, which no address of SMTP has.
        """
        if arg.count("(") > MAX_NESTED:
            return None, None
        try:
            found: tuple[str | None, str | None] = super()._getaddr(arg)
        except (LookupError, AttributeError, ValueError):
            return None, None
        return found

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
            self._writer.write(replies.STOPPING.encode() + b"\r\n")
            self.transport.close()


class _Refusal(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(replies.TOO_MANY_CONNECTIONS.encode() + b"\r\n")
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
