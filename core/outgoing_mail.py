"""The port to outgoing mail. `tenants.mail` fills it: a sandbox's mail is written to files, not sent."""

from typing import Protocol


class Mailer(Protocol):
    """Delivers mail in plain text."""

    def deliver(self, *, to: str, subject: str, text: str) -> None:
        """Pass a message on for delivery; where it raises, nothing was delivered and the caller may retry."""


_mailer: Mailer | None = None


def use_mailer(mailer: Mailer) -> None:
    """Set the mailer; call it once, at start-up."""
    global _mailer
    _mailer = mailer


def deliver(*, to: str, subject: str, text: str) -> None:
    """Deliver a message for the active tenant. Call it in a job, because it can be slow and can fail."""
    if _mailer is None:
        raise RuntimeError("No mailer is configured: call use_mailer at start-up.")
    _mailer.deliver(to=to, subject=subject, text=text)
