"""Limits of recruiting that settings and routes derive theirs from: this module imports neither models nor Django."""

from typing import Final

# Happo: "Uploading Attachment".
MAX_ATTACHMENT_BYTES: Final = 5 * 1024 * 1024
MAX_ATTACHMENT_MB: Final = MAX_ATTACHMENT_BYTES // (1024 * 1024)
# Of what a mail server said about an invitation.
MAX_MAIL_REPLY: Final = 300
# Of an http or https URL.
MAX_URL_CHARACTERS: Final = 2000
