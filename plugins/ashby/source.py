"""Mail that employers send through Ashby."""

from __future__ import annotations

import re

from providers.messages import MailEvent, Message
from providers.reading.notices import NoticeRules, load_subjects, read_notice

RULES = NoticeRules(
    subjects=load_subjects(__file__),
    postings=re.compile(r"^jobs\.ashbyhq\.com/[^/]+/[0-9a-f-]{36}"),
    nicknamed=True,
)


class AshbySource:
    """The sender's name is the employer's where it ends in words such as `Hiring Team`; it may be a person's."""

    name = "ashby"
    label = "Ashby"
    senders = ("ashbyhq.com",)
    headers = ()
    search = ("ashbyhq.com",)

    def matches(self, message: Message) -> bool:
        return True

    def parse(self, message: Message) -> list[MailEvent]:
        return read_notice(message, RULES)
