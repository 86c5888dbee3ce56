"""Outgoing mail: the SMTP server that `EMAIL_URL` names, or files in the data directory.

EMAIL_URL=submission://user:password@host:587?_default_from_email=hiring@example.com
"""

from pathlib import Path
from typing import Any, Final, TypedDict

import dj_email_url
from django.core.exceptions import ImproperlyConfigured

# Seconds; a server that doesn't answer must not keep a worker.
_TIMEOUT: Final = 20
_SENDER: Final = "happo@localhost"
_FILES: Final = "django.core.mail.backends.filebased.EmailBackend"


class MailSettings(TypedDict):
    """Django's settings for outgoing mail, under Django's names."""

    EMAIL_BACKEND: str
    EMAIL_FILE_PATH: str
    EMAIL_HOST: str
    EMAIL_PORT: int | None
    EMAIL_HOST_USER: str
    EMAIL_HOST_PASSWORD: str
    EMAIL_USE_TLS: bool
    EMAIL_USE_SSL: bool
    EMAIL_TIMEOUT: int
    DEFAULT_FROM_EMAIL: str
    SERVER_EMAIL: str


def mail_settings(url: str, *, directory: Path) -> MailSettings:
    """Return Django's settings for an `EMAIL_URL`; without one, mail is written into files in `directory`.

    Raises `ImproperlyConfigured`, without showing the password, for a URL that names no mail server.
    """
    parsed: dict[str, Any] = (  # Any: Django\'s EMAIL_* differ in type
        _parse(url) if url else {"EMAIL_BACKEND": _FILES, "EMAIL_FILE_PATH": str(directory)}
    )
    return MailSettings(
        EMAIL_BACKEND=parsed["EMAIL_BACKEND"],
        EMAIL_FILE_PATH=parsed["EMAIL_FILE_PATH"],
        EMAIL_HOST=parsed.get("EMAIL_HOST") or "localhost",
        EMAIL_PORT=parsed.get("EMAIL_PORT"),
        EMAIL_HOST_USER=parsed.get("EMAIL_HOST_USER") or "",
        EMAIL_HOST_PASSWORD=parsed.get("EMAIL_HOST_PASSWORD") or "",
        EMAIL_USE_TLS=bool(parsed.get("EMAIL_USE_TLS")),
        EMAIL_USE_SSL=bool(parsed.get("EMAIL_USE_SSL")),
        EMAIL_TIMEOUT=parsed.get("EMAIL_TIMEOUT") or _TIMEOUT,
        DEFAULT_FROM_EMAIL=parsed.get("DEFAULT_FROM_EMAIL") or _SENDER,
        SERVER_EMAIL=parsed.get("SERVER_EMAIL") or _SENDER,
    )


def _parse(url: str) -> dict[str, Any]:  # Any: Django's EMAIL_* differ in type
    try:
        parsed: dict[str, Any] = dj_email_url.parse(url)
    except ValueError:
        # The message of this error may hold a part of the URL, and with it the password.
        raise ImproperlyConfigured(
            "EMAIL_URL is malformed: its port or time-out is no number"
        ) from None
    if not parsed.get("EMAIL_BACKEND"):
        raise ImproperlyConfigured(
            "EMAIL_URL is not one that Happo knows: smtp://, smtps:// or submission://"
        )
    return parsed
