"""The jobs that LinkedIn recommends below what a mail says: their names are none of the application's."""

from __future__ import annotations

import re

from plugins.linkedin.addresses import is_recommended, job_id
from providers.messages import Message
from providers.reading import Passage, page_of

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
# Title, company, place, and `View job: ` before the address.
_CARD_LINES = 4
_SENTENCE_ENDS = (".", "!", "?", ",", ":", "…", "。")


def cut_recommended(message: Message, body: Passage) -> Passage:
    """Return what of a body stands above the first recommended job, and above the heading of such jobs."""
    if body.place == "text":
        start, below = _first_address(body), _CARD_LINES
    else:
        start, below = _first_linked(message, body), 0
    if start is None:
        return body
    lines = list(re.finditer(r"[^\n]+", body.text[:start]))
    kept = [line for line in lines if line[0].strip(" -_=*")]
    kept = kept[: len(kept) - below] if below else kept
    if len(kept) > 1 and not kept[-1][0].rstrip().endswith(_SENTENCE_ENDS):
        kept.pop()
    return body.cut(0, kept[-1].end() if kept else 0)


def _first_address(body: Passage) -> int | None:
    for found in _ADDRESS.finditer(body.text):
        if job_id(found[0]) and is_recommended(found[0]):
            return found.start()
    return None


def _first_linked(message: Message, body: Passage) -> int | None:
    for link in page_of(message).all("a[href]"):
        address = link.attribute("href")
        if address is None or not job_id(address.text) or not is_recommended(address.text):
            continue
        if words := link.passage.first_lines(1):
            place = body.text.find(words[0].text)
            return place if place >= 0 else None
    return None
