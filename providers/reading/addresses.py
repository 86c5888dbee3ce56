"""Addresses that a mail links to or shows, cleaned."""

from __future__ import annotations

from collections.abc import Callable, Collection

from providers.links import clean_link
from providers.messages import EventField, Message
from providers.reading.events import Said, said
from providers.reading.markup import Piece, page_of
from providers.reading.passages import Passage

Rewrite = Callable[[str], str | None]


def page_link(message: Message, selector: str, *, hosts: Collection[str]) -> Passage | None:
    """Return the address (`href` or `src`) of the first element that has a clean one on one of `hosts`."""
    for piece in page_of(message).all(selector):
        address = address_of(piece)
        if address and clean_link(address.text, hosts=hosts):
            return address
    return None


def address_of(piece: Piece | None) -> Passage | None:
    """Return the `href` or `src` of an element, None where it has none."""
    return None if piece is None else piece.attribute("href") or piece.attribute("src")


def said_link(
    address: Passage | None, *, hosts: Collection[str] = (), rewrite: Rewrite | None = None
) -> Said | None:
    """Return the link of an event, None where nothing public is left of the address.

    `rewrite`: makes the lasting address of the one in the mail (`/comm/jobs/view/1` -> `/jobs/view/1`), None for none.
    The evidence is the address without its query and fragment, in which keys may be.
    """
    return _said_address("link", address, hosts=hosts, rewrite=rewrite)


def said_logo(
    address: Passage | None, *, hosts: Collection[str] = (), rewrite: Rewrite | None = None
) -> Said | None:
    """Return the logo of an event; like `said_link`."""
    return _said_address("logo", address, hosts=hosts, rewrite=rewrite)


def _said_address(
    field: EventField, address: Passage | None, *, hosts: Collection[str], rewrite: Rewrite | None
) -> Said | None:
    if not address:
        return None
    target = rewrite(address.text) if rewrite else address.text
    link = clean_link(target, hosts=hosts) if target else None
    if link is None:
        return None
    shown = address.text.strip().partition("?")[0].partition("#")[0]
    return said(field, Passage(address.place, shown), link)
