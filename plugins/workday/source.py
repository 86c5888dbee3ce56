"""Mail that employers send through Workday, from Workday's addresses and from their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from providers.messages import MailEvent, Message
from providers.reading import Found, Said, first_found, said, said_on
from providers.reading.notices import Notice, NoticeRules, load_subjects, read_notice
from providers.reading.requisitions import split_requisition

# `Business Process: Job Application: Jo Doe - 69073 Cook on 01/19/2026`, the month first.
_PROCESS = re.compile(
    r"Business Process:\s+Job Application:\s+\S.{0,100}?\s[-\u2013]\s(?P<title>\S.{0,250}?)\s+on\s+"
    r"(?P<date>(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4}))",
    re.IGNORECASE,
)
# `Subject: Jo Doe - 69073 Cook` on a line of its own.
_SUBJECT = re.compile(r"Subject:\s+\S.*?\s[-\u2013]\s(?P<title>\S.*)", re.IGNORECASE)


def read_process(notice: Notice) -> Iterator[Said | None]:
    """Yield what the lines of Workday's own say: the job, its number, and the day of the application."""
    found = first_found([body.flow for body in notice.bodies], _PROCESS) or next(
        (hit for body in notice.bodies for line in body.lines if (hit := line.fullmatch(_SUBJECT))),
        None,
    )
    if found is None:
        return
    title, number = split_requisition(found["title"], numbered=True)
    yield said("title", title)
    yield said("requisition", number)
    if notice.decision.kind == "applied":
        yield said_on(found["date"], read_day(found))


def read_day(found: Found) -> date | None:
    try:
        return date(*(int(part.text) for name in ("year", "month", "day") if (part := found[name])))
    except (TypeError, ValueError):
        return None


RULES = NoticeRules(
    subjects=load_subjects(__file__),
    postings=re.compile(r"^[^/]+\.myworkday(?:jobs|site)\.com/(?:[^/]+/)*(?:job|details)/"),
    numbered=True,
    signs_as_employer=True,
    facts=read_process,
)


class WorkdaySource:
    """Workday's addresses are named after a tenant, which is not always the employer."""

    name = "workday"
    label = "Workday"
    senders = ("myworkday.com", "myworkdayjobs.com")
    headers = (("Feedback-ID", ":workday"),)
    search = ("myworkday.com", "myworkdayjobs.com")

    def matches(self, message: Message) -> bool:
        # A reminder of a task: the template has no job to name.
        return "[not available]" not in message.subject.lower()

    def parse(self, message: Message) -> list[MailEvent]:
        return read_notice(message, RULES)
