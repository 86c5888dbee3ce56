"""The address of the posting that a mail is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from providers.links import clean_link
from providers.messages import Message
from providers.reading.addresses import address_of
from providers.reading.markup import Piece, page_of
from providers.reading.passages import Passage

_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+", re.IGNORECASE)


def find_posting(
    message: Message, bodies: Sequence[Passage], postings: re.Pattern[str], title: Passage | None
) -> Passage | None:
    """Return the address of the job's posting: the one under the title's words, else the only one that there is.

    `postings`: what host and path of a posting look like. Several are recommendations, of which none is taken.
    """
    found: dict[str, Passage] = {}
    for address, piece in _addresses(message, bodies):
        link = clean_link(address.text)
        if link is None or not postings.search(link.removeprefix("https://")):
            continue
        if title and piece and piece.passage.flow.text.lower() == title.flow.text.lower():
            return address
        found.setdefault(link, address)
    return next(iter(found.values())) if len(found) == 1 else None


def _addresses(
    message: Message, bodies: Sequence[Passage]
) -> Iterator[tuple[Passage, Piece | None]]:
    for piece in page_of(message).all("a[href]") if message.html else ():
        if address := address_of(piece):
            yield address, piece
    for body in bodies:
        for match in _ADDRESS.finditer(body.text):
            yield Passage(body.place, match[0].rstrip(".,;!?")), None
