"""A user's mail in Gmail, through Google's API."""

from __future__ import annotations

from plugins.gmail.mailbox import GmailMailbox
from providers.contracts import Mailbox
from providers.hookspecs import hookimpl


@hookimpl
def register_mailboxes() -> list[Mailbox]:
    return [GmailMailbox()]
