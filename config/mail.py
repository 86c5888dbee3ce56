"""Outgoing mail: the SMTP server that `EMAIL_URL` names, or files in the data directory.

    EMAIL_URL=submission://user:password@host?_default_from_email=hiring@example.com

The scheme chooses how the connection is encrypted; the port is the scheme's unless the URL names one:

* `smtp`: not at all, port 25; for a server on this machine;
* `submission`, `smtp+tls`: by STARTTLS, port 587;
* `smtps`, `smtp+ssl`: from the first byte (RFC 8314), port 465. Port 587 always means STARTTLS here.
"""

from pathlib import Path
from typing import Any, Final, TypedDict
from urllib.parse import urlsplit

import dj_email_url
from django.core.exceptions import ImproperlyConfigured

# Seconds; a server that doesn't answer must not keep a worker.
_TIMEOUT: Final = 20
_SENDER: Final = "happo@localhost"
_SUBMISSION_PORT, _SMTPS_PORT = 587, 465
# Others' names for the two ways of encryption, and those of `dj_email_url`.
_STARTTLS: Final = frozenset({"submission", "submit", "smtp+tls"})
_IMPLICIT_TLS: Final = frozenset({"smtps", "smtp+ssl"})
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
    parsed: dict[str, Any] = (  # Any: Django's EMAIL_* differ in type
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
    scheme, separator, rest = url.partition("://")
    scheme = scheme.strip().lower()
    plain = "submission" if scheme in _STARTTLS else "smtp" if scheme in _IMPLICIT_TLS else scheme
    try:
        # Any: Django's EMAIL_* differ in type
        parsed: dict[str, Any] = dj_email_url.parse(f"{plain}{separator}{rest}")
        has_port = urlsplit(f"{plain}{separator}{rest}").port is not None
    except ValueError:
        # The message of this error may hold a part of the URL, and with it the password.
        raise ImproperlyConfigured(
            "EMAIL_URL is malformed: its port or time-out is not a number"
        ) from None
    if not parsed.get("EMAIL_BACKEND"):
        raise ImproperlyConfigured(
            "EMAIL_URL must begin with submission:// or smtp+tls:// (STARTTLS), "
            "smtps:// or smtp+ssl:// (TLS), or smtp:// (not encrypted)"
        )
    if scheme in _IMPLICIT_TLS:
        port = parsed["EMAIL_PORT"] if has_port else _SMTPS_PORT
        starts_plain = port == _SUBMISSION_PORT
        parsed |= {
            "EMAIL_PORT": port,
            "EMAIL_USE_TLS": starts_plain,
            "EMAIL_USE_SSL": not starts_plain,
        }
    return parsed
