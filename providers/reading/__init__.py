"""Helpers for reading mail, for the plugins that Happo ships and for any other: import them from here.

A mail source is a folder with an `__init__.py` that holds the hook, a `source.py` with one class, and data files. The
class has the claims and two methods; `parse` reads places of the mail and gives each field with its evidence:

    class AcmeSource:
        name = "acme"
        senders = ("acme-jobs.example",)          # addresses, or domains with their subdomains
        headers = (("X-Acme-Mail", "candidate"),) # for mail from the employers' own domains; () without
        search = ("your application at",)         # phrases of its mail, for mailboxes that can't search a header

        def matches(self, message: Message) -> bool:
            return message.header("X-Acme-Template") != "job_alert"

        def parse(self, message: Message) -> list[MailEvent]:
            subject, bodies = subject_of(message), [cut_quotes(body) for body in bodies_of(message)]
            decision = decide(subject, *bodies)
            if decision is None:
                return []
            named = read_frame(subject, "{title} at {company}: application received") or find_frame(
                bodies[0], "application for {title} at {company}."
            )
            return [
                make_event(
                    said_kind(decision.kind, decision.passage),
                    said("title", named and named["title"]),
                    said("company", named and named["company"]),
                    said_link(page_link(message, "a[href*='/jobs/']", hosts=("acme-jobs.example",))),
                )
            ]

Go by template keys and headers first, then by positions in the HTML, then by words: a language that has no table here
still works where the board sends keys. `[]` means that the mail says nothing about an application; an exception means
that it is the source's own and wrong, so that the mail is kept and read again later. What the mail doesn't say is left
out; `occurred_at` is left out unless the mail gives a moment (Happo fills in the mail's own).

| to | use |
|---|---|
| take a place of the mail | `subject_of`, `text_of`, `visible_of`, `bodies_of`, `sender_name_of`, `header_of` |
| cut it | `Passage.before/after/lines/flow`, `cut_quotes`, `strip_prefixes`, `split_sentences` |
| find words in it | `read_frame` (a whole subject or line), `find_frame` (in a body), `Passage.search`, `first_found` |
| take names whole | `divide` (which ` at ` divides), `without_stop` (`Acme Inc.` keeps its full stop) |
| ask the HTML | `page_of(message)`: `first`, `all`, `closest`, `following`, `.passage`, `.attribute` (CSS selectors) |
| know what happened | `decide(subject, *bodies)`, `says(kind, ...)` |
| give a field | `said`, `said_kind`, `said_on`, `said_scheduled`, `said_link`, `said_logo`, `make_event` |
| read a day, an interview's start | `find_date`; `said_scheduled(*(interview_start(message) or (None, None)))` |
| clean an address | `clean_link`, `page_link` |
| compare names | `without_legal_form`, `without_gender_marks`, `company_key`, `title_key` |
| read a sender's name | `employer_named`, `is_brand` |

Golden pairs live in `providers/conformance/golden/<plugin>/`: `<trap>.eml` and `<trap>.json` (traps:
`docs/mail-traps.md`).
"""

from __future__ import annotations

from providers.links import clean_link, host_belongs_to
from providers.reading.addresses import page_link, said_link, said_logo
from providers.reading.calendars import interview_start
from providers.reading.cutting import cut_quotes, is_reply, strip_prefixes
from providers.reading.dates import find_date
from providers.reading.decisions import Decision, decide, says
from providers.reading.dividing import divide, fold
from providers.reading.events import Said, make_event, said, said_kind, said_on, said_scheduled
from providers.reading.evidence import is_there
from providers.reading.frames import find_frame, read_frame, without_stop
from providers.reading.markup import Piece, page_of, parse_page, visible_text
from providers.reading.names import (
    company_key,
    employer_named,
    is_brand,
    title_key,
    without_gender_marks,
    without_legal_form,
)
from providers.reading.passages import (
    Found,
    Passage,
    bodies_of,
    first_found,
    header_of,
    plain,
    sender_address_of,
    sender_name_of,
    subject_of,
    text_of,
    visible_of,
)
from providers.reading.sentences import split_sentences
from providers.text import collapse, shorten, strip_padding

__all__ = [
    "Decision",
    "Found",
    "Passage",
    "Piece",
    "Said",
    "bodies_of",
    "clean_link",
    "collapse",
    "company_key",
    "cut_quotes",
    "decide",
    "divide",
    "employer_named",
    "find_date",
    "find_frame",
    "first_found",
    "fold",
    "header_of",
    "host_belongs_to",
    "interview_start",
    "is_brand",
    "is_reply",
    "is_there",
    "make_event",
    "page_link",
    "page_of",
    "parse_page",
    "plain",
    "read_frame",
    "said",
    "said_kind",
    "said_link",
    "said_logo",
    "said_on",
    "said_scheduled",
    "says",
    "sender_address_of",
    "sender_name_of",
    "shorten",
    "split_sentences",
    "strip_padding",
    "strip_prefixes",
    "subject_of",
    "text_of",
    "title_key",
    "visible_of",
    "visible_text",
    "without_gender_marks",
    "without_legal_form",
    "without_stop",
]
