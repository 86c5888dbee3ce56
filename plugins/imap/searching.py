"""What the server is asked to look for: what the mail sources claim, as SEARCH commands of a bounded size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from providers.contracts import MailSearch

# Servers take lines of 8,000 bytes (RFC 7162, section 4), and limit how deeply keys are nested.
MAX_CRITERIA_BYTES: Final = 2000
MAX_TERMS: Final = 32


@dataclass(frozen=True, slots=True)
class SearchCommand:
    """The arguments of one SEARCH: text that is sent as it is, or keys of which some need the charset UTF-8."""

    criteria: str | tuple[str, ...]
    charset: str | None = None


def build_searches(
    search: MailSearch, *, first_uid: int, last_uid: int, with_phrases: bool
) -> Iterator[SearchCommand]:
    """Yield the commands that together find each claimed mail between two UIDs.

    `with_phrases`: for servers that find no header, also look for what the sources' mail says.
    """
    uids = f"{first_uid}:{last_uid}"
    terms = list(_list_terms(search, with_phrases=with_phrases))
    plain = [_write(term) for term in terms if _is_plain(term)]
    for group in _group(plain):
        yield SearchCommand(f"UID {uids} {_join(group)}")
    for term in terms:
        if not _is_plain(term):
            yield SearchCommand(("UID", uids, *term), "UTF-8")


def _list_terms(search: MailSearch, *, with_phrases: bool) -> Iterator[tuple[str, ...]]:
    for sender in search.senders:
        # FROM finds any part of the field: a domain's subdomains, and the beginning of an address too.
        yield "FROM", sender.removesuffix("*")
    for name, text in search.headers:
        yield "HEADER", name, text
    for phrase in search.phrases if with_phrases else ():
        yield "TEXT", phrase


def _is_plain(term: Sequence[str]) -> bool:
    return all(part.isascii() for part in term)


def _write(term: Sequence[str]) -> str:
    key, *arguments = term
    return " ".join([key, *(_quote(argument) for argument in arguments)])


def _quote(text: str) -> str:
    # No source claims control characters; here they would end the command.
    clean = "".join(letter for letter in text if letter.isprintable())
    escaped = clean.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _group(terms: Sequence[str]) -> Iterator[list[str]]:
    group: list[str] = []
    size = 0
    for term in terms:
        if group and (len(group) == MAX_TERMS or size + len(term) > MAX_CRITERIA_BYTES):
            yield group
            group, size = [], 0
        group.append(term)
        size += len(term) + len(" OR ")
    if group:
        yield group


def _join(terms: Sequence[str]) -> str:
    """Join terms by OR, which takes two: as a balanced tree, whose depth grows slowest."""
    if len(terms) == 1:
        return terms[0]
    middle = len(terms) // 2
    return f"OR {_join(terms[:middle])} {_join(terms[middle:])}"
