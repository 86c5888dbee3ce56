"""When a mail was received: mailboxes know it; files carry it in `Received`, or in `Date` at least."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

from providers.mime.fields import Fields
from providers.mime.words import unfold

_LONGEST_DATE = 200
# `Sat, 6 Sep 2025 10:00:00 -0700 (PDT)`, as nearly all mail has it: a third of the general parser's time.
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2},\s+)?(\d{1,2})\s+([A-Z][a-z]{2})\s+([12]\d{3})\s+(\d\d):(\d\d):(\d\d)\s+"
    r"([+-])(\d\d)(\d\d)(?:\s+\([A-Z]{1,5}\))?"
)
# The zones of RFC 5322, right behind the time: the general parser takes a date without one for UTC, and overlooks `PM`.
_ZONE = re.compile(r"\d\s+(?:[+-]\d{4}|UTC?|GMT|[ECMP][SD]T)(?:\s+\([^()]*\))?\Z")
_COMMENT = re.compile(r"\([^()]*\)")
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
_DAY_SECONDS = 24 * 3600


def received_moment(fields: Fields) -> datetime | None:
    """Return the moment of the topmost `Received` that has a valid one, else that of `Date`, else None: never now."""
    for raw in fields.all_raw("received"):
        if moment := _end_moment(unfold(raw)):
            return moment
    return parse_moment(fields.text("date"))


def _end_moment(received: str) -> datetime | None:
    """Return the moment behind the last semicolon; a comment behind it may hold one too."""
    moment = parse_moment(received.rpartition(";")[2])
    if moment is None and received.endswith(")"):
        return parse_moment(_COMMENT.sub("", received).rpartition(";")[2])
    return moment


def parse_moment(text: str, *, zone_needed: bool = False) -> datetime | None:
    """Return the moment of an RFC 5322 date in UTC, None where it is none.

    A date without a zone counts as UTC (RFC 5322 4.3 reads unknown zones so), or as none where `zone_needed`.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST_DATE:
        return None
    usual = _USUAL.fullmatch(text)
    if usual and usual[2] in _MONTHS:
        return _read_usual(usual)
    try:
        parsed = parsedate_tz(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if parsed is None or (zone_needed and not _ZONE.search(text)):
        return None
    return _moment(*parsed[:6], offset=parsed[9] or 0)


def _read_usual(match: re.Match[str]) -> datetime | None:
    day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
    offset = int(hours) * 3600 + int(minutes) * 60
    numbers = int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second)
    return _moment(*numbers, offset=-offset if sign == "-" else offset)


def _moment(
    year: int, month: int, day: int, hour: int, minute: int, second: int, *, offset: int
) -> datetime | None:
    """Return the UTC moment of a local time at an offset in seconds, None where there is none."""
    if abs(offset) >= _DAY_SECONDS:
        return None
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        moment = local - timedelta(seconds=offset)
    except (ValueError, OverflowError):
        return None
    return moment if is_plausible(moment) else None


def is_plausible(moment: datetime) -> bool:
    """Tell whether mail can have come then: clocks that are wrong say 1970, and some headers any year."""
    return 1980 <= moment.year <= 2100
