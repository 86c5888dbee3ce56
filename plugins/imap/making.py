"""Makes mails of what a server says of them and sends."""

from __future__ import annotations

from typing import Final

from plugins.imap.cursor import key_of
from plugins.imap.folders import Folder
from plugins.imap.session import MailEntry
from providers.contracts import FetchedMail
from providers.mime.limits import MAX_MAIL_BYTES

# Why a mail comes without bytes.
TOO_LARGE: Final = f"larger than {MAX_MAIL_BYTES // 1024**2} MiB"
NOT_DESCRIBED: Final = "the server doesn't say what it is"
NOT_SENT: Final = "the server doesn't send it"


def is_to_fetch(entry: MailEntry) -> bool:
    return entry.size <= MAX_MAIL_BYTES and not entry.fault


def identify_copy(entry: MailEntry) -> tuple[bytes, int, object]:
    """Return what copies of one mail have in common. A sender alone can't make another mail pass for it."""
    return entry.message_id, entry.size, entry.received_at


def make_mail(folder: Folder, validity: int, entry: MailEntry, body: bytes | str) -> FetchedMail:
    reason = body if isinstance(body, str) else _find_fault(body)
    return FetchedMail(
        key=f"{key_of(folder.name)}.{validity}.{entry.uid}",
        raw=b"" if reason or isinstance(body, str) else body,
        reason=reason,
        folder=folder.role,
        received_at=entry.received_at,
    )


def _find_fault(body: bytes) -> str:
    if not body:
        return "empty"
    return TOO_LARGE if len(body) > MAX_MAIL_BYTES else ""
