"""The From of a mail: its first mailbox (RFC 5322), read once over the characters, so that nothing nests too deep."""

from __future__ import annotations

import re

from providers.messages import Sender
from providers.mime.words import decode_words

MAX_CHARACTERS = 4000
_ADDRESS = re.compile(
    r"[^\s<>()\[\],;:\\\"@]+@(?:[^\s<>()\[\],;:\\\"@.]+\.)*[^\s<>()\[\],;:\\\"@.]+\.?"
)
# `Jo Doe <jo@acme.example>`, as nearly all mail has it.
_SIMPLE = re.compile(
    r"([^\s\"()<>,@\\](?:[^\"()<>,@\\]{0,200}[^\s\"()<>,@\\])?)\s*"
    r"<([^\s<>()\[\],;:\\\"@]{1,200}@[^\s<>()\[\],;:\\\"@]{1,200})>"
)
_QUOTED_LOCAL = re.compile(r"\"(?:[^\"\\]|\\.)*\"@[^\s<>()\[\],;:\\\"@]+")


def read_sender(value: str) -> tuple[Sender | None, bool]:
    """Return the first mailbox of a From (encoded words not yet decoded), and whether it is the only one.

    None where no address can be read.
    """
    if simple := _SIMPLE.fullmatch(value):
        name, address, comment, rest = simple[1], simple[2], "", ""
    else:
        name, address, comment, rest = _split(value[:MAX_CHARACTERS])
    if not address:
        # `jo@acme.example (Jo)`, or an address alone.
        found = _QUOTED_LOCAL.search(name) or _ADDRESS.search(name)
        if found is None:
            return None, True
        name, address = (name[: found.start()] + name[found.end() :]).strip(" <>\"'"), found[0]
    shown = _without_quotes(decode_words(name).strip()) or decode_words(comment).strip()
    address = address.rpartition(":")[2] if address.startswith("@") else address
    if not (_ADDRESS.fullmatch(address) or _QUOTED_LOCAL.fullmatch(address)):
        return None, True
    return Sender(name=shown, address=address.rstrip(".")), "@" not in rest


def _without_quotes(name: str) -> str:
    """Return a name without the quotes that were within an encoded word."""
    return name[1:-1].strip() if len(name) > 1 and name[0] == name[-1] == '"' else name


def _split(value: str) -> tuple[str, str, str, str]:
    """Return display name, address between angle brackets, comment, and what follows the first mailbox."""
    name: list[str] = []
    address = comment = ""
    position, end = 0, len(value)
    while position < end:
        character = value[position]
        if character == '"':
            close = _closing_quote(value, position)
            # Quotes are part of an address, and not of a name.
            quoted = value[position : close + 1]
            name.append(
                quoted
                if value[close + 1 : close + 2] == "@"
                else re.sub(r"\\(.)", r"\1", quoted[1:-1])
            )
            position = close + 1
        elif character == "(":
            close = _closing_parenthesis(value, position)
            comment = comment or value[position + 1 : close]
            position = close + 1
        elif character == "<":
            close = value.find(">", position)
            close = end if close < 0 else close
            if "@" in value[position:close]:
                address = re.sub(r"\s", "", value[position + 1 : close])
                return "".join(name).strip(), address, comment, value[close + 1 :]
            name.append(value[position : close + 1])
            position = close + 1
        elif character == "," and "@" in "".join(name):
            return "".join(name).strip(), "", comment, value[position + 1 :]
        else:
            name.append(character)
            position += 1
    return "".join(name).strip(), "", comment, ""


def _closing_quote(value: str, start: int) -> int:
    position = start + 1
    while position < len(value):
        if value[position] == "\\":
            position += 1
        elif value[position] == '"':
            return position
        position += 1
    return len(value)


def _closing_parenthesis(value: str, start: int) -> int:
    depth = 0
    for position in range(start, len(value)):
        depth += {"(": 1, ")": -1}.get(value[position], 0)
        if depth == 0:
            return position
    return len(value)
