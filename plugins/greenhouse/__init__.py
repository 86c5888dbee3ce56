"""Mail that employers send through Greenhouse."""

from __future__ import annotations

from plugins.greenhouse.source import GreenhouseSource
from providers.contracts import MailSource
from providers.hookspecs import hookimpl


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [GreenhouseSource()]
