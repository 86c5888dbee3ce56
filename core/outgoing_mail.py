"""The port to outgoing mail. `tenants.mail` fills it: a sandbox's mail is written to files, not sent."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(eq=False)
class MailRefused(Exception):
    """The mail server refuses this mail for good (RFC 5321, section 4.2.1: 5yz). `reply`: code and text, one line."""

    reply: str


@dataclass(eq=False)
class MailDelayed(Exception):
    """The mail wasn't taken, and may be later: a reply of 4yz, or none. `reply`: as in `MailRefused`."""

    reply: str


class Mailer(Protocol):
    """Delivers mail, and makes the links in it."""

    def deliver(self, *, to: str, subject: str, text: str, html: str = "") -> None:
        """Pass a message on for delivery; where it raises, nothing was delivered.

        `html`: the same in HTML; "" for mail in plain text alone. Raises `MailRefused`; `MailDelayed` where the caller
        may retry.
        """

    def make_link(self, page: str, token: str) -> str:
        """Return the URL of one of the active tenant's pages (`/invitation`) with a token of at most 300 characters."""


_mailer: Mailer | None = None


def use_mailer(mailer: Mailer) -> None:
    """Set the mailer; call it once, at start-up."""
    global _mailer
    _mailer = mailer


def deliver(*, to: str, subject: str, text: str, html: str = "") -> None:
    """Deliver a message for the active tenant. Call it in a job, because it can be slow and can fail."""
    _require().deliver(to=to, subject=subject, text=text, html=html)


def make_link(page: str, token: str) -> str:
    """Return the URL of a page for mail, with its token, as `Mailer.make_link`."""
    return _require().make_link(page, token)


def _require() -> Mailer:
    if _mailer is None:
        raise RuntimeError("No mailer is configured: call use_mailer at start-up.")
    return _mailer
