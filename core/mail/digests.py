"""Tells one mail from another, whatever brought them: one mail counts once."""

from hashlib import sha256
from typing import Final

from providers.mime.read import ReadMail

# Servers on the way add fields, and mailboxes add labels; the sender wrote these.
_SENDERS_FIELDS: Final = ("from", "to", "cc", "subject", "date")


def digest_mail(raw: bytes, read: ReadMail) -> bytes:
    """Return the SHA-256 of the Message-ID; of the sender's fields and the body where there is none.

    A mail that was forwarded as an attachment is that mail, and not the one that it came in.
    """
    message_id = read.message.message_id if read.message else read.message_id
    if message_id.strip("<> "):
        return sha256(message_id.encode()).digest()
    fields = read.head.fields if read.head else None
    written = [fields.raw(name) or b"" for name in _SENDERS_FIELDS] if fields else []
    content = b"\0".join([b"", *written, _body_of(raw)])
    return sha256(content).digest()


def _body_of(raw: bytes) -> bytes:
    """Return the body with the line ends of files, which a mailbox writes as CRLF."""
    return raw.replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n\n")[2].rstrip()
