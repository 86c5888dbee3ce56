"""Mail that employers send through Greenhouse."""

from __future__ import annotations

import re

from providers.messages import MailEvent, Message
from providers.reading.notices import NoticeRules, load_subjects, read_notice

RULES = NoticeRules(
    subjects=load_subjects(__file__),
    postings=re.compile(
        r"^(?:(?:job-)?boards(?:\.eu)?\.greenhouse\.io/[^/]+/jobs/\d+|[^?]+\?(?:.*&)?gh_jid=\d+)"
    ),
)


class GreenhouseSource:
    """The sender's name is often missing: the employer is in subject, sentences or signature."""

    name = "greenhouse"
    label = "Greenhouse"
    senders = ("greenhouse-mail.io", "greenhouse.io")
    headers = ()
    search = ("greenhouse-mail.io", "greenhouse.io")

    def matches(self, message: Message) -> bool:
        return True

    def parse(self, message: Message) -> list[MailEvent]:
        return read_notice(message, RULES)
