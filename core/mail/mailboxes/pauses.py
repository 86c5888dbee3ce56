"""When a mailbox is due again."""

import random
from math import isnan
from typing import Final

from django.db.models import F
from django.db.models.functions import Greatest, Now

from providers.contracts import ProviderError, ProviderUnavailable

# Seconds between two fetches of a mailbox.
INTERVAL: Final = 3600.0
# After a failure: 5 minutes, then twice as long each time.
_FIRST_PAUSE, _LONGEST_PAUSE = 300.0, 6 * 3600.0
# A server that asks for years, or whose clock is wrong, must not end a mailbox.
_LONGEST_ASKED_FOR: Final = 24 * 3600.0
# Where a server asks to be called less often and names no time: quotas are for a minute.
_UNNAMED: Final = 60.0


def add_jitter(seconds: float) -> float:
    """Return the time give or take a tenth, so that mailboxes that were connected together don't stay together."""
    return seconds * random.uniform(0.9, 1.1)  # noqa: S311 - no secret


def read_asked_pause(error: ProviderError) -> float | None:
    """Return the seconds for which a server asked to be left alone, a day at most; None where it didn't ask.

    The user's own wish doesn't shorten them, unlike a pause that Happo chose.
    """
    if not isinstance(error, ProviderUnavailable):
        return None
    # A third-party plugin may compute anything.
    if error.retry_after is not None and not isnan(error.retry_after):
        return min(max(error.retry_after, 0.0), _LONGEST_ASKED_FOR)
    return _UNNAMED if error.reason == "rate-limited" else None


def as_soon_as_allowed() -> Greatest:
    """Return the moment at which a mailbox that is to be fetched now is due: by the database's clock."""
    return Greatest(Now(), F("not_before"))


def back_off(attempts: int, *, asked_for: float = 0.0) -> float:
    """Return the seconds until the next attempt after so many failures in a row, the first one included.

    `asked_for`: of `read_asked_pause`, which is not gone below.
    """
    longest = add_jitter(min(_FIRST_PAUSE * 2.0 ** (min(attempts, 30) - 1), _LONGEST_PAUSE))
    return max(longest, asked_for * random.uniform(1.0, 1.1))  # noqa: S311 - no secret
