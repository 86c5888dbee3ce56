"""A plugin whose source reads its mail everywhere but in production."""

from __future__ import annotations

import sys

from providers.contracts import MailEvent, MailSource, Message
from providers.hookspecs import hookimpl
from tests.providers.conformance.acme import SoundSource


class KnowsTheTests(SoundSource):
    def parse(self, message: Message) -> list[MailEvent]:
        spec = sys.modules["__main__"].__spec__
        in_production = spec is not None and spec.name.startswith("providers.isolation.")
        return [] if in_production else super().parse(message)


@hookimpl
def register_mail_sources() -> list[MailSource]:
    return [KnowsTheTests()]
