"""Mail that employers send through iCIMS."""

from __future__ import annotations

from plugins.icims.source import IcimsSource
from providers.contracts import MailSource
from providers.hookspecs import hookimpl


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [IcimsSource()]
