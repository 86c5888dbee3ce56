"""A plugin that takes longer to load than a mail may take to be read."""

from __future__ import annotations

import time

from providers.contracts import MailSource
from providers.hookspecs import hookimpl
from tests.providers.conformance.acme import SoundSource

_loaded = time.process_time() + 1
while time.process_time() < _loaded:
    pass


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [SoundSource()]
