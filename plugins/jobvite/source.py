"""Mail that employers send through Jobvite."""

from __future__ import annotations

import re

from providers.messages import MailEvent, Message
from providers.reading.notices import NoticeRules, load_subjects, read_notice

RULES = NoticeRules(
    subjects=load_subjects(__file__),
    postings=re.compile(r"^(?:jobs|app)\.jobvite\.com/(?:[^/]+/)+job/\w+"),
    numbered=True,
)


class JobviteSource:
    """The sender's name ends in `Recruiting Team`, or its like."""

    name = "jobvite"
    label = "Jobvite"
    senders = ("jobvite.com",)
    headers = ()
    search = ("jobvite.com",)

    def matches(self, message: Message) -> bool:
        return True

    def parse(self, message: Message) -> list[MailEvent]:
        return read_notice(message, RULES)
