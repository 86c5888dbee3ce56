"""`Authentication-Results` (RFC 8601), read by a tokenizer that knows quoted strings and comments.

A receiver echoes what a sender wrote (`smtp.mailfrom=...`) into the field, so that the words `dmarc=pass` in it say
nothing by themselves. A field that breaks the grammar, or whose verdicts disagree, says nothing at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

MAX_CHARACTERS = 16 * 1024
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<mark>;)|(?P<quoted>\"(?:[^\"\\]|\\.)*\")|(?P<word>[^\s;\"()\\]+)",
    re.DOTALL,
)
_METHOD = re.compile(r"[a-z][a-z0-9-]*")
_SERVER = re.compile(r"\s*[^\s;=()]+\s*")

_COMMENT = re.compile(r"\([^()]*\)")
_DEEPEST_COMMENT = 20
_QUOTED_EQUALS = "\ue000"
_Pair = tuple[str, str | None]


class Method(NamedTuple):
    """One method's result (`dkim=pass header.d=acme.example`), in lower case."""

    name: str
    result: str
    properties: dict[str, str]


@dataclass(frozen=True, slots=True)
class Results:
    """One field. `server`: the authserv-id, "" where the field begins with a method (as Microsoft's do)."""

    server: str
    methods: tuple[Method, ...]

    def verdict(self, name: str) -> Method | None:
        """Return the one result of a method, None where there is none or two disagree."""
        found = [method for method in self.methods if method.name == name]
        return found[0] if found and len({method.result for method in found}) == 1 else None


def read_results(value: str) -> Results | None:
    """Return what the field says, None where it breaks the grammar."""
    if usual := _read_usual(value):
        return usual
    sections = _sections(value)
    if sections is None or not sections[0]:
        return None
    first, *rest = sections
    server = ""
    if all(text is None for _, text in first):
        # The authserv-id, and perhaps the version of the grammar.
        if len(first) > 2 or (len(first) == 2 and not first[1][0].isdigit()):
            return None
        server = first[0][0].rstrip(".")
    else:
        rest = sections
    if rest and not rest[-1]:
        # One final semicolon is common.
        rest = rest[:-1]
    methods = [_read_method(section) for section in rest if section != [("none", None)]]
    return (
        None if None in methods else Results(server, tuple(method for method in methods if method))
    )


def _read_usual(value: str) -> Results | None:
    """Return the same of a field as most are, without quotes and nested comments; None where it may be another."""
    if len(value) > MAX_CHARACTERS or "\\" in value or '"' in value:
        return None
    bare = _COMMENT.sub(" ", value) if "(" in value else value
    server, *sections = bare.lower().rstrip().removesuffix(";").split(";")
    if not sections or "(" in bare or ")" in bare or not _SERVER.fullmatch(server):
        return None
    methods = []
    for section in sections:
        pairs = [pair.split("=") for pair in section.split()]
        if not pairs or [pair for pair in pairs if len(pair) != 2 or not all(pair)]:
            return None
        name, result = pairs[0]
        properties = dict(pairs[1:])
        if len(properties) < len(pairs) - 1 or not _METHOD.fullmatch(name):
            return None
        methods.append(Method(name, result, properties))
    return Results(server.strip().rstrip("."), tuple(methods))


def _sections(value: str) -> list[list[_Pair]] | None:
    """Return the pairs between semicolons; comments left out. None where a quote or comment never ends."""
    if len(value) > MAX_CHARACTERS:
        return None
    if '"' not in value and "\\" not in value:
        return _plain_sections(value)
    sections: list[list[str]] = [[]]
    position, glued = 0, False
    while position < len(value):
        if value[position] == "(":
            close = _end_of_comment(value, position)
            if close is None:
                return None
            position, glued = close, False
            continue
        token = _TOKEN.match(value, position)
        if token is None:
            return None
        position = token.end()
        if token["mark"]:
            sections.append([])
        elif token["quoted"] or token["word"]:
            text = (
                re.sub(r"\\(.)", r"\1", token["quoted"][1:-1]) if token["quoted"] else token["word"]
            )
            # What is quoted is a value, whatever it holds: its equal signs don't count.
            text = text.replace("=", _QUOTED_EQUALS) if token["quoted"] else text
            if glued and sections[-1]:
                sections[-1][-1] += text
            else:
                sections[-1].append(text)
        glued = not (token["space"] or token["mark"])
    return [_pairs(words) for words in sections]


def _plain_sections(value: str) -> list[list[_Pair]] | None:
    """Return the pairs of a field without quotes, as most are: comments can be cut out from the inside."""
    depth = 0
    while "(" in value and depth < _DEEPEST_COMMENT:
        value, depth = _COMMENT.sub(" ", value), depth + 1
    if "(" in value or ")" in value:
        return None
    return [_pairs(section.split()) for section in value.split(";")]


def _pairs(words: list[str]) -> list[_Pair]:
    """Return `name=value` as pairs, white space around the sign or not; a word alone is a pair without a value."""
    joined: list[str] = []
    for word in words:
        if joined and (word.startswith("=") or joined[-1].endswith("=")):
            joined[-1] += word
        else:
            joined.append(word)
    split = (word.partition("=") for word in joined)
    return [
        (name.lower(), text.replace(_QUOTED_EQUALS, "=").lower() if sign else None)
        for name, sign, text in split
    ]


def _end_of_comment(value: str, start: int) -> int | None:
    depth, position = 0, start
    while position < len(value):
        match value[position]:
            case "\\":
                position += 1
            case "(":
                depth += 1
            case ")":
                depth -= 1
                if depth == 0:
                    return position + 1
            case _:
                pass
        position += 1
    return None


def _read_method(section: list[_Pair]) -> Method | None:
    """Read `method=result property=value ...`; None where the section is something else."""
    if not section or any(not name or not text for name, text in section):
        return None
    name = section[0][0].partition("/")[0]
    values = {key: text for key, text in section[1:] if text}
    if len({*section[1:]}) > len(values):
        # One property with two values: it isn't known which one the receiver found out.
        return None
    return Method(name, section[0][1] or "", values) if _METHOD.fullmatch(name) else None
