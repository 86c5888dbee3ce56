"""Mail that employers send through Workable."""

from __future__ import annotations

from plugins.workable.source import WorkableSource
from providers.contracts import MailSource
from providers.hookspecs import hookimpl


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [WorkableSource()]
