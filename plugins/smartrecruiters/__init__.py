"""Mail that employers send through SmartRecruiters."""

from __future__ import annotations

from plugins.smartrecruiters.source import SmartRecruitersSource
from providers.contracts import MailSource
from providers.hookspecs import hookimpl


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [SmartRecruitersSource()]
