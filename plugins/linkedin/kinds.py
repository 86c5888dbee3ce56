"""What a LinkedIn mail is about, by its template's key: the same in all languages, and in the links too."""

from __future__ import annotations

import re

from providers.messages import EventKind, Message
from providers.reading import Passage, header_of

HEADER = "X-LinkedIn-Template"
# A stem is found with several beginnings (`email_jobs_`, `email_email_jobs_job_`) and with a version (`_01`).
_STEMS: tuple[tuple[str, EventKind], ...] = (
    ("applicant_applied", "applied"),
    ("application_confirmation", "applied"),
    ("application_rejected", "rejected"),
    ("application_viewed", "viewed"),
    ("resume_downloaded", "viewed"),
)
_NOTHING = (
    "alert", "reminder", "suggestion", "recommend", "pymk", "invite", "message", "recap", "digest",
    "inmail", "saved", "jymbii", "hiring", "network", "newsletter", "survey", "connect",
    "post_apply", "after_apply", "premium", "insight", "interview_prep",
)  # fmt: skip
# `trk=eml-email_jobs_application_rejected_01-...`, `lipi=urn%3Ali%3Apage%3Aemail_email_jobs_...`.
_IN_LINKS = re.compile(r"(?:eml-|page(?:%3A|:)|[?&]trkEmail=eml-)((?:email_|jobs_)[a-z_]+)")

# A key has some ten letters; what is far longer is something else.
_MAX_KEY = 200


def find_key(message: Message) -> Passage | None:
    """Return the template's key: the header's, else (a forward has no such header) the one in the links."""
    if (header := header_of(message, HEADER)) and len(header.text) <= _MAX_KEY:
        return header
    for passage in (Passage("markup", message.html), Passage("text", message.text)):
        if found := passage.search(_IN_LINKS):
            return found[1]
    return None


def kind_of(key: Passage | None) -> EventKind | None:
    """Return what a mail of this template says happened, None where the key doesn't say."""
    if not key:
        return None
    text = key.text.lower()
    return next((kind for stem, kind in _STEMS if stem in text), None)


def says_nothing(key: Passage | None) -> bool:
    """Tell whether mail of this template is an alert, a recommendation, an invitation, another member's message."""
    if not key or kind_of(key):
        return False
    return any(word in key.text.lower() for word in _NOTHING)
