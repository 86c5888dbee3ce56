"""Whether the words that an event gives as evidence are in the mail."""

from __future__ import annotations

from html import unescape

from providers.messages import Evidence, Message
from providers.text import collapse


def is_there(evidence: Evidence, message: Message) -> bool:
    """Tell whether the quote is found at its place; white space and characters that take no room don't count."""
    quote = collapse(evidence.quote)
    if evidence.place == "markup":
        return quote in collapse(message.html) or quote in collapse(unescape(message.html))
    if evidence.place == "received_at":
        return quote == message.received_at.isoformat()
    return any(quote in collapse(text) for text in _texts(evidence, message))


def _texts(evidence: Evidence, message: Message) -> tuple[str, ...]:
    match evidence.place:
        case "subject":
            return (message.subject,)
        case "sender":
            return (message.sender.name, message.sender.address)
        case "header":
            return tuple(f"{name}: {value}" for name, value in message.headers)
        case "text":
            return (message.text,)
        case "html":
            return (message.visible_text,)
        case _:
            # A long line of a calendar is folded.
            return tuple(
                calendar.replace("\r\n", "\n").replace("\n ", "") for calendar in message.calendar
            )
