"""Mail of Wellfound."""

from __future__ import annotations

from pathlib import Path

from happo_wellfound.source import WellfoundSource
from providers.contracts import MailSource
from providers.hookspecs import hookimpl

GOLDEN = Path(__file__).parent / "golden"


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [WellfoundSource()]
