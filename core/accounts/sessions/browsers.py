"""The family of a browser and its system, from the header `User-Agent`: enough for a user to recognise a session."""

from typing import Final

from core.accounts.sessions.models import MAX_BROWSER_CHARACTERS

# In this order: a browser's header names those that it descends from, too.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def describe_browser(user_agent: str) -> str:
    """Return e.g. `Firefox on Linux`; the header itself is stored nowhere."""
    browser = _find(_BROWSERS, user_agent) or "Another browser"
    system = _find(_SYSTEMS, user_agent)
    return (f"{browser} on {system}" if system else browser)[:MAX_BROWSER_CHARACTERS]


def _find(names: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for mark, name in names if mark in user_agent), None)
