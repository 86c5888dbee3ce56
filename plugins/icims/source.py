"""Mail that employers send through iCIMS."""

from __future__ import annotations

import re

from providers.messages import MailEvent, Message
from providers.reading import Passage, sender_name_of
from providers.reading.notices import NoticeRules, load_subjects, read_notice


def name_employer(message: Message) -> Passage | None:
    """Return the sender's name; None where the address is a recruiter's drop box (`acme+email+4711@...`)."""
    return None if "+email+" in message.sender.address else sender_name_of(message)


RULES = NoticeRules(
    subjects=load_subjects(__file__),
    postings=re.compile(r"^[^/]+\.icims\.(?:com|eu)/jobs/\d+"),
    numbered=True,
    signs_as_employer=True,
    invitations=re.compile(r"^Response Requested\b", re.IGNORECASE),
    employer=name_employer,
)


class IcimsSource:
    """The sender's name ends in `@ icims` in automatic mail; else it is a recruiter's."""

    name = "icims"
    label = "iCIMS"
    senders = ("talent.icims.com", "talent.icims.eu")
    headers = ()
    search = ("talent.icims.com", "talent.icims.eu")

    def matches(self, message: Message) -> bool:
        return True

    def parse(self, message: Message) -> list[MailEvent]:
        return read_notice(message, RULES)
