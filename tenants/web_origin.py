"""How a web origin is written: for the settings too, which are read before there are models."""

import re
from typing import Final

from core.domain_names import clean_domain
from core.errors import Invalid

MAX_ORIGIN_CHARACTERS: Final = 300
_LABEL: Final = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_ORIGIN: Final = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]{{2,45}}\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
)
_WRITTEN: Final = re.compile(r"(https?://)([^\x00-\x20/:?#@\[\]]+)((?::[0-9]+)?)")
_DEFAULT_PORTS: Final = {"http": "80", "https": "443"}


def read_origin(text: str) -> str | None:
    """Return an origin as browsers send it, in lower case and without the scheme's own port; None for what is none.

    Its host may be written in Unicode. Wildcards are none: each origin is named.
    """
    match = _ORIGIN.fullmatch(_write_for_dns(text.strip().lower()))
    if match is None or int(match["port"] or 1) > 65535:
        return None
    origin = f"{match['scheme']}://{match['host']}"
    is_named = match["port"] and match["port"] != _DEFAULT_PORTS[match["scheme"]]
    return f"{origin}:{match['port']}" if is_named else origin


def _write_for_dns(origin: str) -> str:
    """Return an origin whose host is in Unicode with the name that DNS has; what is none stays as it is."""
    match = None if origin.isascii() else _WRITTEN.fullmatch(origin)
    if match is None:
        return origin
    try:
        return f"{match[1]}{clean_domain(match[2], field='origin')}{match[3]}"
    except Invalid:
        return origin
