"""Reads the mail of Wellfound (AngelList until 2022): what users sent there, and what startups answered."""

from __future__ import annotations

from providers.contracts import MailEvent, Message
from providers.reading import (
    bodies_of,
    cut_quotes,
    decide,
    is_reply,
    make_event,
    page_link,
    read_frame,
    said,
    said_kind,
    said_link,
    subject_of,
)

# The subjects that its mail has; what stands in a hole is copied from the mail.
SUBJECTS = (
    "You applied to {title} at {company}",
    "Your application to {title} at {company}",
    "{company} replied to your application for {title}",
)


class WellfoundSource:
    name = "wellfound"
    label = "Wellfound"
    senders = ("wellfound.com", "angel.co")
    headers: tuple[tuple[str, str], ...] = ()
    search = ("you applied to", "your application to", "replied to your application")

    def matches(self, message: Message) -> bool:
        return not is_reply(subject_of(message))

    def parse(self, message: Message) -> list[MailEvent]:
        subject = subject_of(message)
        named = read_frame(subject, *SUBJECTS)
        decision = decide(*(cut_quotes(body) for body in bodies_of(message)))
        if named is None or decision is None:
            return []
        return [
            make_event(
                said_kind(decision.kind, decision.passage),
                said("title", named["title"]),
                said("company", named["company"]),
                said_link(page_link(message, "a[href*='/jobs/']", hosts=self.senders)),
            )
        ]
