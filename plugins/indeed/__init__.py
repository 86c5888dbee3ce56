"""Mail about applications that were sent through Indeed."""

from __future__ import annotations

from plugins.indeed.source import IndeedSource
from providers.contracts import MailSource
from providers.hookspecs import hookimpl


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [IndeedSource()]
