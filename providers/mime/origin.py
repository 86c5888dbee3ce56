"""Where a mail comes from, which its bytes don't say."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from providers.messages import MailFolder
from providers.mime.trust import FILE, DnsText, Proof, Receiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the reader has to be given.

    `key`: the mailbox's own id; None: the Message-ID, or a digest of the bytes. `received_at`: None for files, which
    have it in `Received`, as has a mail whose mailbox says a moment before 1980 or after 2100. `folder`: as the mailbox
    says; None for files. `place`: the folder that a file's place names, which counts less than Gmail's labels; None for
    none. `own_addresses`: whose forwards are unwrapped; None for everybody's. `dns`: how keys of DKIM are looked up;
    None: signatures aren't verified.
    `proof`: what was found out when the mail was first read, whose servers and keys may have changed since; None to
    find it out.
    """

    key: str | None = None
    thread_id: str = ""
    received_at: datetime | None = None
    folder: MailFolder | None = None
    place: MailFolder | None = None
    receiver: Receiver = FILE
    own_addresses: Collection[str] | None = None
    dns: DnsText | None = None
    proof: Proof | None = None


A_FILE = Origin()
