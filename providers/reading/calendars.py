"""Invitations: when an interview begins, as its iCalendar object says (RFC 5545)."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from providers.messages import Message
from providers.reading.passages import Passage
from providers.reading.tables import load_table

_WINDOWS_ZONES: dict[str, str] = load_table("zones")
MAX_CHARACTERS = 256 * 1024
_FOLD = re.compile(r"\r?\n[ \t]")
_PROPERTY = re.compile(
    # Possessive: a line without a colon is looked at once, not in each of the ways to divide it.
    r"(?P<name>[A-Z-]++)(?P<parameters>(?:;(?:[^:\";]++|\"[^\"]*+\")*+)*+):(?P<value>.*)",
    re.IGNORECASE,
)
_NO_INVITATION = frozenset(
    {
        ("METHOD", method)
        for method in ("REPLY", "CANCEL", "REFRESH", "COUNTER", "DECLINECOUNTER", "ADD")
    }
    | {("STATUS", "CANCELLED")}
)
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(Z?)")
_ZONE = re.compile(r"TZID=\"?([^\";:]+)", re.IGNORECASE)


def interview_start(message: Message) -> tuple[Passage, datetime] | None:
    """Return when the first event of an invitation (METHOD:REQUEST) begins, in UTC, with the line that says so.

    None where the mail has none, where it is a cancellation or a reply, where it takes whole days, and where its zone
    is a name that neither the tz database nor Windows has: such a time, like one without a zone, says no moment.
    """
    for calendar in message.calendar:
        if found := _start(calendar[:MAX_CHARACTERS]):
            return found
    return None


def _start(calendar: str) -> tuple[Passage, datetime] | None:
    """Return the first start within an event (time zones have starts of their own), where the method invites."""
    component, found = "", None
    for line in _FOLD.sub("", calendar).splitlines():
        match = _PROPERTY.fullmatch(line[:1000])
        if match is None:
            continue
        name, value = match["name"].upper(), match["value"].strip()
        if name == "BEGIN":
            component = value.upper()
        elif (name, value.upper()) in _NO_INVITATION:
            return None
        elif name == "DTSTART" and component == "VEVENT" and found is None:
            moment = _moment(match["parameters"], value)
            found = (Passage("calendar", value), moment) if moment else None
    return found


def _moment(parameters: str, value: str) -> datetime | None:
    match = _MOMENT.fullmatch(value.strip())
    if match is None:
        return None
    *numbers, utc = match.groups(default="0")
    zone = _ZONE.search(parameters)
    try:
        local = datetime(*(int(number) for number in numbers), tzinfo=UTC)  # type: ignore[arg-type, misc]
        if utc == "Z":
            return local
        return local.replace(tzinfo=_zone(zone[1].strip())).astimezone(UTC) if zone else None
    except (ValueError, OverflowError, ZoneInfoNotFoundError, OSError):
        return None


def _zone(name: str) -> ZoneInfo:
    """Return the zone of a name: Outlook writes Windows' names, and others put a path of their own before it."""
    pieces = _WINDOWS_ZONES.get(name, name).split("/")
    for count in (3, 2):
        if len(pieces) > count:
            with suppress(ZoneInfoNotFoundError, ValueError):
                return ZoneInfo("/".join(pieces[-count:]))
    return ZoneInfo("/".join(pieces))
