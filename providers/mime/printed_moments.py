"""Moments as mail programs print them above a forwarded mail, in the languages of `providers.reading.dates`.

`September 8, 2026 at 9:30:00 AM PDT`, `8. September 2026 um 09:30:00 MESZ`, `8 septembre 2026 à 09:30:00 UTC+2`,
`2026年9月8日 GMT+8 上午9:30:00`, and those of RFC 5322.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import Final

from providers.reading.dates import find_date
from providers.reading.passages import Passage
from providers.text import collapse

_LONGEST: Final = 200
_MAX_OFFSET: Final = timedelta(hours=14)
# Minutes east of UTC, of names that stand for one zone alone, or that RFC 5322 defines.
_NAMED: Final[dict[str, int]] = json.loads(
    Path(__file__).with_name("zone_names.json").read_text("utf-8")
)
_TIME: Final = re.compile(r"(?<![\d:.+-])(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?![\d:])")
_AFTERNOON: Final = re.compile(r"(?<![^\W\d])p\.?\s?m\b|下午|午後", re.IGNORECASE)
_MORNING: Final = re.compile(r"(?<![^\W\d])a\.?\s?m\b|上午|午前", re.IGNORECASE)
_OFFSET: Final = re.compile(
    r"(?<!\w)(?:(?:GMT|UTC)\s?([+\u2212-])(\d{1,2})(?::?(\d{2}))?|([+-])(\d{2}):?(\d{2}))(?!\w)"
)
_NAME: Final = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _NAMED))})(?![\w+\u2212-])")


def read_printed_moment(text: str) -> datetime | None:
    """Return the moment that a text prints; None where day, time or zone is missing, or may be two."""
    text = collapse(text[:_LONGEST])
    found = find_date(Passage("text", text))
    if found is None:
        return None
    passage, day = found
    behind = text.partition(passage.text)[2]
    at = _read_time(behind)
    zone = _read_zone(behind)
    return None if at is None or zone is None else datetime.combine(day, at, tzinfo=zone)


def _read_time(text: str) -> time | None:
    found = _TIME.search(text)
    if found is None:
        return None
    hour, minute, second = (int(number or 0) for number in found.groups())
    if _AFTERNOON.search(text):
        hour += 12 if hour < 12 else 0
    elif _MORNING.search(text):
        hour = 0 if hour == 12 else hour
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _read_zone(text: str) -> timezone | None:
    if found := _OFFSET.search(text):
        hours, minutes = found[2] or found[5], found[3] or found[6] or 0
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        if offset > _MAX_OFFSET:
            return None
        return timezone(offset if (found[1] or found[4]) == "+" else -offset)
    names = {_NAMED[name] for name in _NAME.findall(text)}
    return timezone(timedelta(minutes=names.pop())) if len(names) == 1 else None
