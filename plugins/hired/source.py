"""Mail of Hired, 2018 to the end of the brand."""

from __future__ import annotations

from providers.messages import MailEvent, Message
from providers.reading.interview_requests import is_request, read_request


class HiredSource:
    """Employers ask for an interview; nothing was applied for before. Hired and Vettery are one company since 2020."""

    name = "hired"
    label = "Hired.com"
    senders = ("hired.com",)
    headers: tuple[tuple[str, str], ...] = ()
    search = ("Interview Request",)

    def matches(self, message: Message) -> bool:
        return is_request(message)

    def parse(self, message: Message) -> list[MailEvent]:
        return read_request(message)
