"""Mail that employers send through Workable."""

from __future__ import annotations

import re

from providers.messages import MailEvent, Message
from providers.reading.notices import NoticeRules, load_subjects, read_notice

RULES = NoticeRules(
    subjects=load_subjects(__file__),
    postings=re.compile(r"^(?:apply|jobs)\.workable\.com/(?:[^/]+/)?(?:j|view)/\w+"),
)


class WorkableSource:
    """The sender's name is the system's or a recruiter's; the receipt repeats what the applicant wrote."""

    name = "workable"
    senders = ("candidates.workablemail.com", "inbound.workablemail.com")
    headers = ()
    search = ("workablemail.com", "apply.workable.com")

    def matches(self, message: Message) -> bool:
        return True

    def parse(self, message: Message) -> list[MailEvent]:
        return read_notice(message, RULES)
