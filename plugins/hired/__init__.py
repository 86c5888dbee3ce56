"""Employers' interview requests that Hired passed on."""

from __future__ import annotations

from plugins.hired.source import HiredSource
from providers.contracts import MailSource
from providers.hookspecs import hookimpl


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [HiredSource()]
