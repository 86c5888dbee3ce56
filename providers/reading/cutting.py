"""Cuts off what the writer of a mail didn't write: the older mail below a reply, and forwarded mail."""

from __future__ import annotations

import re
from functools import cache

from providers.reading.passages import Passage, plain
from providers.reading.tables import load_table

_TABLE = load_table("quoting")

# `On Tue, 3 Mar 2026 at 10:00, Ann wrote:`, wrapped over two lines at most.
_MAX_ATTRIBUTION = 300
_QUOTED_LINE = re.compile(r"^[ \t]*>", re.MULTILINE)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = _TABLE
    some = rf"[^\n]{{0,{_MAX_ATTRIBUTION}}}"
    attribution = "|".join(
        rf"{re.escape(before)}{some}(?:\n{some})?{re.escape(after)}[^\n:]{{0,200}}:[ \t]*$"
        for before, after in words["attributions"]
    )
    # All dividers in one choice: what stands before them is looked at once for each line.
    dividers = rf"[-_ \t>]*(?:{'|'.join(map(re.escape, words['dividers']))})[-_ \t:]*$"
    fields = "|".join(map(re.escape, words["from"]))
    sent = "|".join(map(re.escape, words["sent"]))
    block = rf"[*_ \t]*(?:{fields})[*_ \t]*:[^\n]+\n(?:[^\n]*\n){{0,2}}?[*_ \t]*(?:{sent})[*_ \t]*:"
    replies = re.compile(
        rf"^[ \t]*+(?:{attribution}|{dividers}|{block})", re.MULTILINE | re.IGNORECASE
    )
    prefixes = re.compile(
        rf"^(?:\s*(?:{'|'.join(map(re.escape, words['prefixes']))})\s*+(?:\[\d+\]\s*+)?[:：])+\s*",
        re.IGNORECASE,
    )
    return replies, prefixes


def cut_quotes(passage: Passage) -> Passage:
    """Return what was written anew: nothing from the first quoted line, attribution (`… wrote:`) or divider on."""
    replies, _ = _patterns()
    ends = [
        found.start()
        for found in (replies.search(passage.plain), _QUOTED_LINE.search(passage.plain))
        if found
    ]
    return passage.cut(0, min(ends)) if ends else passage


def strip_prefixes(subject: Passage) -> Passage:
    """Return the subject without `Re:`, `Fwd:`, `AW:`, `WG:`, `TR:`, `RV:` and the like, however often repeated."""
    _, prefixes = _patterns()
    found = prefixes.match(plain(subject.text))
    return subject.cut(found.end()) if found else subject


def is_reply(subject: Passage) -> bool:
    """Tell whether the subject begins with the prefix of a reply or forward."""
    return strip_prefixes(subject) is not subject
