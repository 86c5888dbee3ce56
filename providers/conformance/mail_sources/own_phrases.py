"""Phrases that a source's own code holds: what it looks for may be slow in mail that golden mail doesn't show."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Literal

from providers.contracts import MailSource

Kind = Literal["expressions", "texts"]
_LONGEST = 60
_MOST_NESTED = 5
_ESCAPES = re.compile(r"\\.|\(\?[a-zA-Z]*[:=!<>]*")
_WORD = re.compile(r"[^\W_]+")
_SIGN = re.compile(r"[#=%~/;!&@<>\"',:-]")


def list_own_phrases(source: MailSource, *, most: int) -> list[str]:
    """Return words of the regular expressions, then texts, that the source's package holds; `most` of them."""
    found: dict[str, list[str]] = {"expressions": [], "texts": []}
    for value, module in _values_of(source):
        for kind, phrase in _phrases_in(value, module, _MOST_NESTED):
            if 0 < len(phrase) <= _LONGEST and phrase.strip():
                found[kind].append(phrase)
    words, texts = (list(dict.fromkeys(phrases)) for phrases in found.values())
    # What is slow without bound is an expression, mostly.
    first = _some(words, most)
    return [*first, *_some(texts, most - len(first))]


def _some(phrases: Sequence[str], most: int) -> Sequence[str]:
    """Return `most` of the phrases: half of them the first ones, the others evenly."""
    first, others, room = phrases[: most // 2], phrases[most // 2 :], most - most // 2
    return [*first, *(others[:: -(-len(others) // room) or 1] if room else ())]


def _values_of(source: MailSource) -> Iterator[tuple[object, ModuleType]]:
    """Yield the source's class, and then all that the modules of its package have, each with its module."""
    yield type(source), sys.modules[type(source).__module__]
    for module in _modules_of(source):
        for name, value in vars(module).items():
            if not name.startswith("__"):
                yield value, module


def _modules_of(source: MailSource) -> Iterator[ModuleType]:
    name = type(source).__module__
    package = name.rpartition(".")[0] or name
    for known, module in sorted(sys.modules.items()):
        if known in (name, package) or known.startswith(package + "."):
            yield module


def _phrases_in(value: object, module: ModuleType, depth: int) -> Iterator[tuple[Kind, str]]:
    """Yield the phrases of a value: of an expression its words and signs, of code and containers those within."""
    value = _unwrapped(value)
    match value:
        case re.Pattern(pattern=str(pattern)):
            bare = _ESCAPES.sub(" ", pattern)
            yield from (("expressions", word) for word in _WORD.findall(bare))
            yield from (("expressions", sign) for sign in _SIGN.findall(bare))
        case str():
            yield "texts", value
        case FunctionType(__code__=code) if value.__module__ == module.__name__:
            yield from (("texts", text) for text in _texts_in(code))
        case type() if value.__module__ == module.__name__ and depth:
            for name, one in vars(value).items():
                if not name.startswith("__"):
                    yield from _phrases_in(one, module, depth - 1)
        case tuple() | list() | set() | frozenset() if depth:
            for one in value:
                yield from _phrases_in(one, module, depth - 1)
        case dict() if depth:
            for one in (*value, *value.values()):
                yield from _phrases_in(one, module, depth - 1)
        case _ if is_dataclass(value) and depth:
            for field in fields(value):
                yield from _phrases_in(getattr(value, field.name, None), module, depth - 1)


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
