"""Mailboxes on IMAP servers that their owners name (RFC 3501, RFC 9051)."""

from __future__ import annotations

from plugins.imap.mailbox import ImapMailbox
from providers.contracts import Mailbox
from providers.hookspecs import hookimpl


@hookimpl
def register_mailboxes() -> list[Mailbox]:
    return [ImapMailbox()]
