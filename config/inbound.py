"""Which mail services pass mail on by webhooks, and the secrets by which their requests are recognised."""

from typing import Final

from django.core.exceptions import ImproperlyConfigured

from config.env import env, secret

# By the name in INBOUND_WEBHOOKS: the end of its address below `/inbound/`.
_PATHS: Final = {
    "postmark": "postmark",
    "mailgun": "mailgun/mime",
    "amazon-ses": "amazon-ses",
    "sendgrid": "sendgrid",
}
# Amazon SES waits 15 seconds for an answer, and then sends its notice again.
_SES_CLIENT: Final = {
    "config": {"connect_timeout": 3, "read_timeout": 10, "retries": {"total_max_attempts": 1}}
}
# 25 MiB in base 64, with room for the rest.
MAX_WEBHOOK_BYTES: Final = 40 * 1024 * 1024


def mail_services(name: str) -> list[str]:
    """Return the addresses below `/inbound/` of the services in the variable ``name``, comma-separated."""
    sent: list[str] = env.list(name, [])
    wanted = [value.strip().lower() for value in sent if value.strip()]
    for value in wanted:
        if value not in _PATHS:
            raise ImproperlyConfigured(f"{name}: {value} is not one of {', '.join(_PATHS)}.")
    return [_PATHS[value] for value in wanted]


def webhook_settings(services: list[str]) -> dict[str, object]:
    """Return anymail's settings for the services.

    Raises `ImproperlyConfigured` where a secret is missing: anyone could send mail in the name of such a service.
    """
    if not services:
        return {}
    password = secret("INBOUND_WEBHOOK_SECRET")
    if ":" not in password:
        raise ImproperlyConfigured(
            "INBOUND_WEBHOOK_SECRET must be set to user:password where INBOUND_WEBHOOKS is."
        )
    found: dict[str, object] = {
        "WEBHOOK_SECRET": password,
        "AMAZON_SES_CLIENT_PARAMS": _SES_CLIENT,
    }
    if _PATHS["mailgun"] in services:
        found["MAILGUN_WEBHOOK_SIGNING_KEY"] = secret("MAILGUN_WEBHOOK_SIGNING_KEY")
        if not found["MAILGUN_WEBHOOK_SIGNING_KEY"]:
            raise ImproperlyConfigured("MAILGUN_WEBHOOK_SIGNING_KEY is not set.")
    return found
