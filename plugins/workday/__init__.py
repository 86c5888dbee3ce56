"""Mail that employers send through Workday, from Workday's addresses and from their own."""

from __future__ import annotations

from plugins.workday.source import WorkdaySource
from providers.contracts import MailSource
from providers.hookspecs import hookimpl


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [WorkdaySource()]
