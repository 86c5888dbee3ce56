"""Mail that leaves the house: a port, filled by whoever knows which tenants' mail may."""

from typing import Protocol


class Postman(Protocol):
    """Delivers one mail, in plain text."""

    def deliver(self, *, to: str, subject: str, text: str) -> None:
        """Hand it over for delivery; an exception means that it wasn't, and trying again is fine."""


_postman: Postman | None = None


def use_mailer(postman: Postman) -> None:
    """Fill the port; once, at the start."""
    global _postman
    _postman = postman


def deliver(*, to: str, subject: str, text: str) -> None:
    """Deliver a mail for the active tenant. Call it in a job: it may take long, and fail."""
    if _postman is None:
        raise RuntimeError(
            "Nobody has said how mail leaves the house: call use_mailer at the start."
        )
    _postman.deliver(to=to, subject=subject, text=text)
