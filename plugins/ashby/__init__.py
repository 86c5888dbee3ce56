"""Mail that employers send through Ashby."""

from __future__ import annotations

from plugins.ashby.source import AshbySource
from providers.contracts import MailSource
from providers.hookspecs import hookimpl


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [AshbySource()]
