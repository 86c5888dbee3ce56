"""What brought a mail."""

from dataclasses import dataclass, replace
from typing import Final

from core.mail.models import WITHOUT_MAILBOX
from providers.messages import MailFolder
from providers.mime.origin import A_FILE, Origin

# The names of what brings mail without a plugin: files, and a user's forwarding address.
FILE: Final = "file"
FORWARD: Final = "forward"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailOrigin:
    """What brought a mail: `mailbox` is `file`, `forward`, or the name of the plugin that fetched it.

    `mailbox_id`: the user's mailbox, `WITHOUT_MAILBOX` for a file. `reading`: what the reader has to be given.
    `proof_needed`: mail of which nothing proves who sent it is kept out; a file and a forwarding address, whose secret
    is the proof, need none.
    """

    mailbox: str
    reading: Origin
    proof_needed: bool
    mailbox_id: int = WITHOUT_MAILBOX


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """The bytes of one mail, and what brought it. `reason`: why there are no bytes."""

    raw: bytes
    origin: MailOrigin
    reason: str | None = None


OF_A_FILE: Final = MailOrigin(mailbox=FILE, reading=A_FILE, proof_needed=False)


def origin_of_file(folder: MailFolder | None) -> MailOrigin:
    """Return the origin of a mail of a file. `folder`: the one that the file's place names."""
    if folder is None:
        return OF_A_FILE
    return replace(OF_A_FILE, reading=replace(A_FILE, place=folder))
