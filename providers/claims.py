"""Which mail a source is asked about: what it claims by sender or by header."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain
from typing import Literal

from providers.contracts import MailSearch, MailSource
from providers.messages import MailHead

SENDER = re.compile(r"(?:[^@\sA-Z]+@)?[a-z0-9-]+(?:\.[a-z0-9-]+)+|[^@\sA-Z*]+@[a-z0-9-]{4,}\*")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
# Every mail has them: a source that claims one would read private mail.
ORDINARY_HEADERS = frozenset(
    {
        "authentication-results", "bcc", "cc", "content-transfer-encoding", "content-type", "date",
        "delivered-to", "dkim-signature", "from", "in-reply-to", "list-unsubscribe", "message-id",
        "mime-version", "precedence", "received", "references", "reply-to", "return-path", "sender",
        "subject", "to",
    }
)  # fmt: skip
ClaimedBy = Literal["sender", "header"]


class ClaimIndex:
    """The claims of several sources, by sender and by the name of a header: what every mail is compared with."""

    def __init__(self, sources: Iterable[MailSource]) -> None:
        self._by_sender: dict[str, list[MailSource]] = {}
        self._by_beginning: list[tuple[str, MailSource]] = []
        self._by_header: dict[str, list[tuple[str, MailSource]]] = {}
        for source in sources:
            for claim in source.senders:
                if claim.endswith("*"):
                    self._by_beginning.append((claim[:-1], source))
                else:
                    self._by_sender.setdefault(claim, []).append(source)
            for name, text in source.headers:
                self._by_header.setdefault(name.lower(), []).append((text.lower(), source))

    def find(self, message: MailHead) -> tuple[MailSource, ...]:
        """Return the sources that claim this mail: by its sender, the most exact claim first, then by less."""
        sender = message.sender
        found: dict[int, MailSource] = {}
        for claim in (sender.address, *_domains_of(sender.domain)):
            for source in self._by_sender.get(claim, ()):
                found.setdefault(id(source), source)
        for beginning, source in self._by_beginning:
            if sender.address.startswith(beginning):
                found.setdefault(id(source), source)
        for name, claims in self._by_header.items():
            values = [value.lower() for value in message.header_values(name)]
            for text, source in claims if values else ():
                if any(text in value for value in values):
                    found.setdefault(id(source), source)
        return tuple(found.values())


def _domains_of(domain: str) -> Iterator[str]:
    """Yield the domain and those above it: `mail.acme.example`, `acme.example`, `example`."""
    while domain:
        yield domain
        domain = domain.partition(".")[2]


def claimed_by(source: MailSource, message: MailHead) -> ClaimedBy | None:
    """Return what makes `message` one that `source` is asked about; the sender counts before a header.

    The beginning of an address proves as little as a header: anybody can register a domain that begins so.
    """
    if any(message.sender.belongs_to(claim) for claim in source.senders):
        return "sender"
    address = message.sender.address
    if any(address.startswith(claim[:-1]) for claim in source.senders if claim.endswith("*")):
        return "header"
    if any(_has_header(message, name, text) for name, text in source.headers):
        return "header"
    return None


def _has_header(message: MailHead, name: str, text: str) -> bool:
    return any(text.lower() in value.lower() for value in message.header_values(name))


def join_claims(sources: Iterable[MailSource]) -> MailSearch:
    """Return what all of these sources look for, each claim once, in a fixed order."""
    sources = tuple(sources)
    return MailSearch(
        senders=tuple(sorted(set(chain.from_iterable(one.senders for one in sources)))),
        headers=tuple(sorted(set(chain.from_iterable(one.headers for one in sources)))),
        phrases=tuple(sorted(set(chain.from_iterable(one.search for one in sources)))),
    )


def digest_claims(source: MailSource) -> str:
    """Return a short text that changes with what the source looks for, in whatever order it lists that."""
    claims = [sorted(source.senders), sorted(source.headers), sorted(source.search)]
    return sha256(json.dumps(claims).encode()).hexdigest()[:16]


def find_faults(source: MailSource) -> Iterator[str]:
    """Yield what is wrong with the claims of `source`, as ends of a sentence that begins with its name."""
    for attribute in ("senders", "headers", "search"):
        if not isinstance(getattr(source, attribute), Sequence) or isinstance(
            getattr(source, attribute), str
        ):
            yield f"must give {attribute} as a list or tuple"
            return
    if not source.senders and not source.headers:
        yield "must list its senders (or headers)"
    for sender in source.senders:
        if not isinstance(sender, str) or not SENDER.fullmatch(sender):
            yield f"claims {sender!r}, which is neither a domain nor an address in lower case"
    for pair in source.headers:
        yield from _header_faults(pair)
    for phrase in source.search:
        if not isinstance(phrase, str) or not phrase.strip():
            yield f"searches for {phrase!r}, which is no phrase"


def _header_faults(pair: object) -> Iterator[str]:
    match pair:
        case (str(name), str(text)) if _HEADER_NAME.fullmatch(name) and text.strip():
            if name.lower() in ORDINARY_HEADERS:
                yield f"claims the header {name}, which every mail has"
        case _:
            yield f"claims {pair!r}, which is no pair of a header's name and a text in its value"


def list_claims(source: MailSource) -> Iterator[str]:
    """Yield each claim in one spelling: two sources with an equal one would read the same mail."""
    yield from source.senders
    for name, text in source.headers:
        yield f"{name.lower()}: {text.lower()}"
