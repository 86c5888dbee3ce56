"""Mail that employers send through Workable."""

from __future__ import annotations

import re

from providers.messages import MailEvent, Message
from providers.reading import Passage, sender_name_of
from providers.reading.notices import NoticeRules, load_subjects, read_notice


def name_employer(message: Message) -> Passage | None:
    """Return the sender's name; None where the subject is the template's `Cook - Acme` and doesn't hold it.

    Below that subject the name is a recruiter's.
    """
    name = sender_name_of(message)
    if name and " - " in message.subject and name.text.lower() not in message.subject.lower():
        return None
    return name


RULES = NoticeRules(
    subjects=load_subjects(__file__),
    postings=re.compile(r"^(?:apply|jobs)\.workable\.com/(?:[^/]+/)?(?:j|view)/\w+"),
    employer=name_employer,
)


class WorkableSource:
    """The sender's name is the system's or a recruiter's; the receipt repeats what the applicant wrote."""

    name = "workable"
    label = "Workable"
    senders = ("candidates.workablemail.com", "inbound.workablemail.com")
    headers = ()
    search = ("workablemail.com", "apply.workable.com")

    def matches(self, message: Message) -> bool:
        return True

    def parse(self, message: Message) -> list[MailEvent]:
        return read_notice(message, RULES)
