"""Invitations: when an interview begins, as its iCalendar object says (RFC 5545)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from providers.messages import Message
from providers.reading.passages import Passage

_FOLD = re.compile(r"\r?\n[ \t]")
_PROPERTY = re.compile(
    r"^(?P<name>[A-Z-]+)(?P<parameters>(?:;[^:\n\"]*(?:\"[^\"\n]*\"[^:\n\"]*)*)*):(?P<value>[^\r\n]*)",
    re.MULTILINE | re.IGNORECASE,
)
_EVENT = re.compile(r"^BEGIN:VEVENT\s*$(.*?)^END:VEVENT\s*$", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(Z?)")
_ZONE = re.compile(r"TZID=\"?([^\";:]+)", re.IGNORECASE)


def interview_start(message: Message) -> tuple[Passage, datetime] | None:
    """Return when the first event of an invitation (METHOD:REQUEST) begins, in UTC, with the line that says so.

    None where the mail has none, where it is a cancellation or a reply, where it takes whole days, and where its zone
    isn't a name of the tz database: Outlook's own names and floating times say no moment.
    """
    for calendar in message.calendar:
        text = _FOLD.sub("", calendar)
        methods = {value.strip().upper() for name, _, value in _properties(text) if name == "METHOD"}
        if methods <= {"REQUEST", "PUBLISH"} and (found := _start(text)):
            return found
    return None


def _start(text: str) -> tuple[Passage, datetime] | None:
    for event in _EVENT.finditer(text):
        for match in _PROPERTY.finditer(event[1]):
            if match["name"].upper() == "DTSTART" and (
                moment := _moment(match["parameters"], match["value"])
            ):
                return Passage("calendar", match["value"].strip()), moment
    return None


def _properties(text: str) -> list[tuple[str, str, str]]:
    return [
        (match["name"].upper(), match["parameters"], match["value"]) for match in _PROPERTY.finditer(text)
    ]


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
        return local.replace(tzinfo=ZoneInfo(zone[1].strip())).astimezone(UTC) if zone else None
    except (ValueError, OverflowError, ZoneInfoNotFoundError, OSError):
        return None
