"""Where mail goes: `EMAIL_URL` (`smtp://user:password@host:587/?ssl=...`), or else into files."""

from pathlib import Path
from typing import Any

import dj_email_url
from django.core.exceptions import ImproperlyConfigured

# Seconds; a server that doesn't answer must not keep a worker.
_TIMEOUT = 20


def mail_settings(
    url: str, *, directory: Path
) -> dict[str, Any]:  # Any: Django's EMAIL_* differ in type
    """Return Django's `EMAIL_*` and `DEFAULT_FROM_EMAIL`; `directory` is for mail that has nowhere to go."""
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(directory),
            "DEFAULT_FROM_EMAIL": "happo@localhost",
        }
    parsed = dj_email_url.parse(url)
    if not parsed.get("EMAIL_BACKEND"):
        raise ImproperlyConfigured(
            "EMAIL_URL is not one that Happo knows: smtp://, smtps:// or submission://"
        )
    parsed["EMAIL_TIMEOUT"] = parsed.get("EMAIL_TIMEOUT") or _TIMEOUT
    return {"DEFAULT_FROM_EMAIL": "happo@localhost", **parsed}
