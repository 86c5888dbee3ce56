"""Logos of employers: links, which Happo never fetches."""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, urlsplit

# LinkedIn's pictures say when their address stops working, in seconds since 1970.
_EXPIRY_PARAMETERS: Final = {"media.licdn.com": "e"}


def find_expiry(link: object) -> datetime | None:
    """Return when the address of a logo stops working (UTC), None where it doesn't say so."""
    if not isinstance(link, str):
        return None
    parts = urlsplit(link)
    name = _EXPIRY_PARAMETERS.get(parts.netloc)
    said = dict(parse_qsl(parts.query)).get(name, "") if name else ""
    if not said.isascii() or not said.isdigit():
        return None
    try:
        return datetime.fromtimestamp(int(said), UTC)
    except (OverflowError, OSError, ValueError):
        return None
