"""Replies of LMTP and SMTP, with the enhanced codes of RFC 2034, which LMTP needs (RFC 2033, section 5)."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

HOST: Final = "happo"
LAST_OFFER: Final = "250 PIPELINING"
TOO_MANY_RECIPIENTS: Final = "452 4.5.3 Too many recipients of one mail"
TOO_MANY_UNKNOWN: Final = "450 4.7.1 Too many unknown recipients: try again later"
END_OF_GUESSING: Final = "421 4.7.0 Too many unknown recipients"
TOO_MANY_CONNECTIONS: Final = "421 4.3.2 Too many connections"
STOPPING: Final = "421 4.3.2 The server stops"
LATER: Final = "451 4.3.0 Try again later"
NO_BDAT: Final = "502 5.5.1 BDAT is not offered"
SENT_EARLY: Final = "503 5.5.1 The mail was sent before DATA was answered"
NO_RECIPIENT: Final = "503 5.5.1 Send RCPT first"
NO_ARGUMENTS: Final = "501 5.5.4 DATA takes no arguments"
GO_ON: Final = "354 End the mail with <CR><LF>.<CR><LF>"

# The answers to a connection, HELO, and EHLO or LHLO have none.
_GREETINGS: Final = ("220 ", f"250 {HOST}", LAST_OFFER)
_WITHOUT_CODE: Final = re.compile(r"([245])\d\d (?![245]\.\d)")
# RFC 3463, of aiosmtpd's own replies.
_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {"500": "5.5.2", "501": "5.5.4", "502": "5.5.1", "503": "5.5.1", "552": "5.3.4", "555": "5.5.4"}
)


def add_enhanced_code(reply: str) -> str:
    """Return a reply with an enhanced code, where it needs one and has none."""
    match = _WITHOUT_CODE.match(reply)
    if match is None or reply.startswith(_GREETINGS):
        return reply
    return f"{reply[:3]} {_CODES.get(reply[:3], f'{match[1]}.0.0')} {reply[4:]}"


def find_worst(replies: Sequence[str]) -> str:
    """Return the one reply of SMTP: if any recipient has to be tried again, all are; a mail counts once."""
    for first in "425":
        for reply in replies:
            if reply.startswith(first):
                return reply
    return replies[0]
