"""When a mail was received: mailboxes know it; files carry it in `Received`, or in `Date` at least."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from providers.mime.fields import Fields
from providers.mime.words import unfold

_LONGEST_DATE = 200


def received_moment(fields: Fields) -> datetime | None:
    """Return the moment of the topmost `Received` that has a valid one, else that of `Date`, else None: never now."""
    for raw in fields.all_raw("received"):
        if moment := parse_moment(unfold(raw).rpartition(";")[2]):
            return moment
    return parse_moment(fields.text("date"))


def parse_moment(text: str, *, zone_needed: bool = False) -> datetime | None:
    """Return the moment of an RFC 5322 date in UTC, None where it is none.

    A date without a zone counts as UTC (RFC 5322 4.3 reads unknown zones so), or as none where `zone_needed`.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST_DATE:
        return None
    try:
        parsed = parsedate_tz(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if parsed is None or (zone_needed and parsed[9] is None):
        return None
    try:
        zone = timezone(timedelta(seconds=parsed[9] or 0))
        moment = datetime(*parsed[:6], tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if 1980 <= moment.year <= 2100 else None
