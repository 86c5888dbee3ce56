"""Employers' interview requests that Vettery passed on."""

from __future__ import annotations

from plugins.vettery.source import VetterySource
from providers.contracts import MailSource
from providers.hookspecs import hookimpl


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [VetterySource()]
