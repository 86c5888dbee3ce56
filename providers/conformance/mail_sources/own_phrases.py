"""Phrases that a source's own code holds: what it looks for may be slow in mail that golden mail doesn't show."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType

from providers.contracts import MailSource

_LONGEST = 60
_MOST_NESTED = 5
_ESCAPES = re.compile(r"\\.|\(\?[a-zA-Z]*[:=!<>]*")
_WORD = re.compile(r"[^\W_]+")
_SIGN = re.compile(r"[#=%~/;!&@<>\"',:-]")


def list_own_phrases(source: MailSource, *, most: int) -> list[str]:
    """Return words of the regular expressions, and texts, that the source's package holds; `most` of them, evenly."""
    found: dict[str, None] = {}
    for module in _modules_of(source):
        for value in vars(module).values():
            for phrase in _phrases_in(value, module, _MOST_NESTED):
                if 0 < len(phrase) <= _LONGEST and phrase.strip():
                    found.setdefault(phrase, None)
    phrases = list(found)
    return phrases[:: -(-len(phrases) // most) or 1] if most else []


def _modules_of(source: MailSource) -> Iterator[ModuleType]:
    name = type(source).__module__
    package = name.rpartition(".")[0] or name
    for known, module in sorted(sys.modules.items()):
        if known in (name, package) or known.startswith(package + "."):
            yield module


def _phrases_in(value: object, module: ModuleType, depth: int) -> Iterator[str]:
    """Yield the phrases of a value: of an expression its words and signs, of code and containers those within."""
    value = _unwrapped(value)
    match value:
        case re.Pattern(pattern=str(pattern)):
            bare = _ESCAPES.sub(" ", pattern)
            yield from _WORD.findall(bare)
            yield from _SIGN.findall(bare)
        case str():
            yield value
        case FunctionType(__code__=code) if value.__module__ == module.__name__:
            yield from _texts_in(code)
        case type() if value.__module__ == module.__name__ and depth:
            for one in vars(value).values():
                yield from _phrases_in(one, module, depth - 1)
        case tuple() | list() | set() | frozenset() if depth:
            for one in value:
                yield from _phrases_in(one, module, depth - 1)
        case dict() if depth:
            for one in (*value, *value.values()):
                yield from _phrases_in(one, module, depth - 1)


def _unwrapped(value: object) -> object:
    """Return the function of a property, a method of the class, or a cache."""
    for name in ("__func__", "fget", "__wrapped__"):
        value = getattr(value, name, None) or value
    return value


def _texts_in(code: CodeType) -> Iterator[str]:
    for constant in code.co_consts:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, CodeType):
            yield from _texts_in(constant)
