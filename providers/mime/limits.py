"""What a mail may be at most, and the reason that is kept where it is more."""

from __future__ import annotations

from typing import Final

MAX_MAIL_BYTES: Final = 32 * 1024 * 1024
MAX_PARTS: Final = 1000
MAX_DEPTH: Final = 50
# Further fields of one part are skipped, but for those that a message is made of.
MAX_FIELDS: Final = 2000
MAX_ENCODED_TEXT_BYTES: Final = 4 * 1024 * 1024
MAX_CALENDARS: Final = 20
# Of HTML: long newsletters have some 30,000.
MAX_TAGS: Final = 100_000
# A longer mail may be more than it can hold: what of it is cut is said.
MAX_SKIMMED_BYTES: Final = 256 * 1024


class Unreadable(Exception):
    """No message can be made of these bytes. The text is the reason, for people."""
