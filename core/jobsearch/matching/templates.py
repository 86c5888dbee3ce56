"""Which mails of one source were made from one template."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from providers.messages import MailEvent, Message

# Some systems name the template: `X-LinkedIn-Template: email_jobs_application_rejected_01`.
_TEMPLATE_HEADER: Final = re.compile(r"x-[a-z-]+-template", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d+")


def template_of(message: Message, events: Iterable[MailEvent]) -> str:
    """Return what is equal for mails of one source that were made from one template.

    That is the template's name in a header, else the subject without the titles, companies and numbers in it.
    """
    for name, value in message.headers:
        if _TEMPLATE_HEADER.fullmatch(name):
            return value.strip()
    rest = message.subject.casefold()
    names = {name for event in events for name in (event.title, event.company, event.requisition)}
    for name in sorted((name for name in names if name), key=lambda name: (-len(name), name)):
        rest = rest.replace(name.casefold(), "{}")
    return _NUMBER.sub("0", " ".join(rest.split()))
