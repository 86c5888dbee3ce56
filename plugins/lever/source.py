"""Mail that employers send through Lever."""

from __future__ import annotations

import re

from providers.messages import MailEvent, Message
from providers.reading.notices import NoticeRules, load_subjects, read_notice

RULES = NoticeRules(
    subjects=load_subjects(__file__),
    postings=re.compile(r"^jobs(?:\.eu)?\.lever\.co/[^/]+/[0-9a-f-]{36}"),
    sender_is_employer=True,
)


class LeverSource:
    """Lever's sender name is the employer's."""

    name = "lever"
    label = "Lever"
    senders = ("hire.lever.co",)
    headers = ()
    search = ("hire.lever.co", "jobs.lever.co")

    def matches(self, message: Message) -> bool:
        return True

    def parse(self, message: Message) -> list[MailEvent]:
        return read_notice(message, RULES)
