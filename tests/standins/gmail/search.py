"""The part of Gmail's search language that this Gmail knows: https://support.google.com/mail/answer/7190.

A search is a list of terms that all hold; braces or OR join alternatives; a dash negates. Each operator that is not
listed here is refused.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from tests.standins.gmail.mailboxes import GmailMessage

Test = Callable[[GmailMessage], bool]
_TOKEN = re.compile(r'\s*(-?)(?:([a-z0-9_]+):)?("[^"]*"|[(){}]|[^\s(){}"]+)', re.IGNORECASE)
_PACIFIC = timezone(timedelta(hours=-8))
_UNITS = {"d": 86_400, "m": 30 * 86_400, "y": 365 * 86_400}


class UnknownSearch(Exception):
    """The search has an operator or a shape that this Gmail does not know."""


def compile_search(text: str) -> Test:
    """Return whether a message is found. Raises `UnknownSearch`."""
    tokens, place = [], 0
    while text[place:].strip():
        token = _TOKEN.match(text, place)
        if token is None:
            raise UnknownSearch(text[place:])
        tokens.append((token[1] == "-", (token[2] or "").lower(), token[3]))
        place = token.end()
    parser = _Parser(tokens)
    test = parser.read_all(closing="")
    if parser.tokens:
        raise UnknownSearch(text)
    return test


def looks_outside_of_spam(text: str) -> bool:
    return not re.search(r"in:(anywhere|spam|trash)|label:(spam|trash)", text, re.IGNORECASE)


class _Parser:
    def __init__(self, tokens: list[tuple[bool, str, str]]) -> None:
        self.tokens = tokens[::-1]

    def read_all(self, *, closing: str) -> Test:
        """Read terms up to a closing bracket: all have to hold, but for those that OR joins."""
        alternatives: list[list[Test]] = []
        joined = False
        while self.tokens and self.tokens[-1][2] != closing:
            if self.tokens[-1][1:] == ("", "OR"):
                self.tokens.pop()
                joined = True
                continue
            if self.tokens[-1][1:] == ("", "AND"):
                self.tokens.pop()
                continue
            term = self.read_term()
            if (joined or closing == "}") and alternatives:
                alternatives[-1].append(term)
            else:
                alternatives.append([term])
            joined = False
        if closing and not self.tokens:
            raise UnknownSearch(f"{closing} is missing")
        if closing:
            self.tokens.pop()
        if not alternatives:
            raise UnknownSearch("nothing in brackets" if closing else "an empty search")
        return lambda message: all(any(test(message) for test in tests) for tests in alternatives)

    def read_term(self) -> Test:
        negated, operator, value = self.tokens.pop()
        if value in "({":
            test = self.read_all(closing=")" if value == "(" else "}")
            if operator:
                raise UnknownSearch(f"{operator}: with brackets")
        elif value in ")}":
            raise UnknownSearch(value)
        else:
            test = _test_of(operator, " ".join(value.strip('"').lower().split()))
        return (lambda message: not test(message)) if negated else test


def _test_of(operator: str, value: str) -> Test:
    if not value:
        raise UnknownSearch(f"{operator}: of nothing")
    if operator in ("from", "to", "subject"):
        return lambda message: value in message.sought[operator]
    if operator == "":
        return lambda message: value in message.sought["text"]
    if operator == "rfc822msgid":
        return lambda message: message.sought["message-id"] == value.strip("<>")
    if operator == "has" and value == "attachment":
        return lambda message: bool(message.sought["attachment"])
    if operator == "label" or (operator == "in" and value in ("inbox", "spam", "trash")):
        return lambda message: value.upper() in message.labels
    if operator == "in" and value == "anywhere":
        return lambda message: True
    if operator in ("after", "before", "newer_than", "older_than"):
        seconds = _moment(operator, value)
        if operator in ("after", "newer_than"):
            return lambda message: message.received_ms >= seconds * 1000
        return lambda message: message.received_ms < seconds * 1000
    raise UnknownSearch(f"{operator}:{value}")


def _moment(operator: str, value: str) -> float:
    if "_" in operator:
        if not re.fullmatch(r"\d+[dmy]", value):
            raise UnknownSearch(value)
        return time.time() - int(value[:-1]) * _UNITS[value[-1]]
    if value.isdecimal():
        return float(value)
    try:
        return datetime.strptime(value, "%Y/%m/%d").replace(tzinfo=_PACIFIC).timestamp()
    except ValueError:
        raise UnknownSearch(value) from None
