"""Mail that employers send through SmartRecruiters."""

from __future__ import annotations

import re
from collections.abc import Collection

from providers.messages import MailEvent, Message
from providers.reading import Passage, collapse
from providers.reading.notices import NoticeRules, load_subjects, read_notice

# The applicant's names stand between characters that take no room.
_MARKED_NAME = re.compile(r"\s[-\u2013]\s*[\u200b\u200c\u2060\ufeff].*\Z", re.DOTALL)


def without_applicant(message: Message, people: Collection[str]) -> Passage:
    """Return the subject without the applicant's name at its end: `Thank you for applying to Acme - Cook - Jo Doe`."""
    marked = _MARKED_NAME.search(message.subject)
    subject = Passage(
        "subject", collapse(message.subject[: marked.start()] if marked else message.subject)
    )
    head, dash, name = subject.text.rpartition(" - ")
    return subject.cut(0, len(head)) if dash and name.lower() in people else subject


RULES = NoticeRules(
    subjects=load_subjects(__file__),
    postings=re.compile(r"^(?:jobs|careers)\.smartrecruiters\.com/[^/]+/\d+"),
    sender_is_employer=True,
    subject=without_applicant,
)


class SmartRecruitersSource:
    """The sender's name is the employer's; subjects carry the applicant's name between zero-width spaces."""

    name = "smartrecruiters"
    label = "SmartRecruiters"
    # Employers' own domains are named `careersat...` by the system.
    senders = ("smartrecruiters.com", "smartrecruitersmail.com", "notification@careersat*")
    headers = ()
    search = ("Powered by SmartRecruiters", "smartrecruiters.com")

    def matches(self, message: Message) -> bool:
        return True

    def parse(self, message: Message) -> list[MailEvent]:
        return read_notice(message, RULES)
