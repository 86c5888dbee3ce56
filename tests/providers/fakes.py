"""Small plugins for tests, registered by module name as shipped ones are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from providers.contracts import AuthContext, Credentials, Identity, MailEvent, Message
from providers.hookspecs import hookimpl


class FakeAuth:
    def __init__(self, name: str, *, answer: Identity | Exception | None = None) -> None:
        self.name = name
        self.answer = answer

    def verify(self, credentials: Credentials, context: AuthContext) -> Identity | None:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class FakeSource:
    search: tuple[str, ...] = ()

    def __init__(self, name: str, *senders: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        self.name = name
        self.senders = senders
        self.headers = headers

    def matches(self, message: Message) -> bool:
        return True

    def parse(self, message: Message) -> list[MailEvent]:
        return []


@contextmanager
def plugin_module(name: str, **hooks: object) -> Iterator[str]:
    """Yield the name of an importable module whose hooks return these values (or call them)."""
    module = ModuleType(name)
    for hook, answer in hooks.items():
        setattr(module, hook, hookimpl(_returning(hook, answer)))
    sys.modules[name] = module
    try:
        yield name
    finally:
        del sys.modules[name]


def _returning(hook: str, answer: object) -> object:
    def implementation() -> object:
        return answer() if callable(answer) else answer

    implementation.__name__ = hook
    return implementation
