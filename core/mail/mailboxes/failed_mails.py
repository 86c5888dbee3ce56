"""The mails of a mailbox that failed, as its user is shown them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.utils import timezone

from core.mail.reading import Reading, Unread
from providers.text import make_storable

# The newest, which are kept with the mailbox.
MAX_FAILED_MAILS: Final = 20
_MAX_KEY_CHARACTERS: Final = 255
_MAX_REASON_CHARACTERS: Final = 300


def find_fault(read: Reading | Unread) -> str:
    """Return why a mail failed, "" for one that didn't."""
    if isinstance(read, Unread):
        return read.reason if read.failed else ""
    if read.answer.error or read.message is None:
        return name_fault(read.plugin.name, error=read.answer.error, reason=read.reason)
    return ""


def name_fault(plugin: str, *, error: str, reason: str) -> str:
    """Return why a mail failed that is stored. `error`: what its plugin raised, which its user isn't shown."""
    return f"{plugin} can't read this mail" if error else reason


def add_failed(
    stored: Sequence[Mapping[str, str]], failed: Iterable[tuple[str, str]]
) -> list[dict[str, str]]:
    """Return what is stored once further mails have failed: the newest first.

    `failed`: for each its id and the reason. A mailbox names its mails; one that came by itself has its Message-ID.
    """
    at = timezone.now().isoformat()
    fresh = [
        {
            "id": make_storable(key)[:_MAX_KEY_CHARACTERS],
            "reason": make_storable(reason)[:_MAX_REASON_CHARACTERS],
            "at": at,
        }
        for key, reason in failed
    ]
    return [*fresh[::-1], *map(dict, stored)][:MAX_FAILED_MAILS]
