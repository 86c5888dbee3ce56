"""One mail that came in, for one address or for many: it is read once, however many they are."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from core.mail.inbound.setup import inbound_setup
from core.mail.origins import FORWARD, IncomingMail, MailOrigin
from core.mail.reading import Reading, Unread, read_incoming
from providers.isolation.processes import NOT_ASKED
from providers.mime.heads import Head
from providers.mime.origin import Origin
from providers.mime.read import ReadMail, read_mail
from providers.mime.trust import NO_RECEIVER, Receiver
from providers.registry import Registry

# Two tenants with the same sources get the same answer.
_Sources = tuple[int, ...]


class InboundMail:
    """The bytes of a mail, and what was read of them. Use one for all recipients of a delivery, one after another.

    `authserv_id`: the name under which whatever took the mail in writes `Authentication-Results`, "" where it writes
    none; None for the installation's own mail server.
    """

    def __init__(self, raw: bytes, *, authserv_id: str | None = None) -> None:
        server = inbound_setup().authserv_id if authserv_id is None else authserv_id
        self.raw: Final = raw
        # A forward from any sender is unwrapped, since the address is secret.
        self._origin: Final = Origin(
            received_at=datetime.now(UTC),
            folder="inbox",
            receiver=Receiver(server) if server else NO_RECEIVER,
        )
        self._read: ReadMail | None = None
        self._answers: dict[_Sources, Reading | Unread] = {}

    @property
    def has_receiver(self) -> bool:
        """Whether the mail server that took it in says who really sent it."""
        return bool(self._origin.receiver.server)

    @property
    def message_id(self) -> str:
        """Return its Message-ID, "" where it has none or was not read yet."""
        return self._read.message_id if self._read is not None else ""

    def parse(self, *, wanted: Callable[[Head], bool] | None = None) -> ReadMail:
        """Return what the bytes say; of a mail that isn't wanted by its header, the header alone may be read."""
        if self._read is None or _lacks_body(self._read, wanted):
            self._read = read_mail(self.raw, self._origin, wanted=wanted)
        return self._read

    def read_for(self, mailbox_id: int, registry: Registry, *, owner: str) -> Reading | Unread:
        """Return what is stored of it in a mailbox of the active tenant, as `read_incoming` says.

        The sources are asked once for all owners, unless one isn't asked because of this owner's other mail.
        """
        sources = tuple(map(id, registry.mail_sources))
        read = self._answers.get(sources)
        if read is None:
            origin = MailOrigin(mailbox=FORWARD, reading=self._origin, proof_needed=False)
            mail = IncomingMail(self.raw, origin)
            read = read_incoming(mail, registry, owner=owner, parse=self.parse)
            if not _is_of_owner_alone(read):
                self._answers[sources] = read
        return replace(read, mailbox_id=mailbox_id) if isinstance(read, Reading) else read


def _lacks_body(read: ReadMail, wanted: Callable[[Head], bool] | None) -> bool:
    if read.message is not None or read.reason is not None or read.head is None:
        return False
    return wanted is None or wanted(read.head)


def _is_of_owner_alone(read: Reading | Unread) -> bool:
    return isinstance(read, Reading) and read.answer.error.startswith(NOT_ASKED)
