"""Plain text that a mail program made of the HTML, as in forwards: each link's address follows its words.

Gmail writes `[image: Acme]` and `<https://...>` on lines of their own, Outlook `[Acme]<https://...>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from plugins.linkedin.addresses import is_applied, is_recommended, job_id
from providers.reading import Passage

_LINK = re.compile(r"(?P<words>[^<>]*?)\s*<(?P<address>https?://[^<>\s]+)>")
_PICTURE = re.compile(r"\[[^\[\]]*\]")
_STARS = re.compile(r"\*(?P<words>[^*]+)\*")


@dataclass(frozen=True)
class Link:
    """Some words, and the address behind them: None for text that is no link."""

    words: Passage
    address: Passage | None = None

    @property
    def job(self) -> str | None:
        return job_id(self.address.text) if self.address else None


def find_linked_title(lines: Sequence[Passage]) -> tuple[Link, list[Passage]] | None:
    """Return the link whose words are the job's title, and the lines below it up to the next job; None for none."""
    read = list(_read_links(lines))
    titles = [link for link in read if link.job and link.words]
    chosen = next((link for link in titles if link.address and is_applied(link.address.text)), None)
    chosen = chosen or next(
        (link for link in titles if link.address and not is_recommended(link.address.text)), None
    )
    if chosen is None:
        return None
    below = takewhile(lambda link: link.job in (None, chosen.job), read[read.index(chosen) + 1 :])
    return chosen, [link.words for link in below if link.words]


def _read_links(lines: Sequence[Passage]) -> Iterator[Link]:
    """Yield what the lines say, without pictures; an address on a line of its own belongs to the words above."""
    held: Link | None = None
    for line in lines:
        link = _read_link(line)
        if held and not link.words and link.address and held.address is None:
            held = replace(held, address=link.address)
            continue
        if held:
            yield _without_picture(held)
        held = link
    if held:
        yield _without_picture(held)


def _read_link(line: Passage) -> Link:
    found = line.fullmatch(_LINK)
    if found is None:
        return Link(line)
    return Link(found["words"] or Passage(line.place, ""), found["address"])


def _without_picture(link: Link) -> Link:
    if link.words.fullmatch(_PICTURE):
        return replace(link, words=Passage(link.words.place, ""))
    bold = link.words.fullmatch(_STARS)
    return replace(link, words=(bold and bold["words"]) or link.words)
