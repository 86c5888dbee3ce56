"""Mail that employers send through Lever."""

from __future__ import annotations

from plugins.lever.source import LeverSource
from providers.contracts import MailSource
from providers.hookspecs import hookimpl


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [LeverSource()]
