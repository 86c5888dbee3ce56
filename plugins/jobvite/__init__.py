"""Mail that employers send through Jobvite."""

from __future__ import annotations

from plugins.jobvite.source import JobviteSource
from providers.contracts import MailSource
from providers.hookspecs import hookimpl


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [JobviteSource()]
