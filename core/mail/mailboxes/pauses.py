"""When a mailbox is due again."""

import random
from typing import Final

# Seconds between two fetches of a mailbox.
INTERVAL: Final = 3600.0
# After a failure: 5 minutes, then twice as long each time.
_FIRST_PAUSE, _LONGEST_PAUSE = 300.0, 6 * 3600.0
# A server that asks for years, or whose clock is wrong, must not end a mailbox.
_LONGEST_ASKED_FOR: Final = 24 * 3600.0


def add_jitter(seconds: float) -> float:
    """Return the time give or take a tenth, so that mailboxes that were connected together don't stay together."""
    return seconds * random.uniform(0.9, 1.1)  # noqa: S311 - no secret


def back_off(attempts: int, *, asked_for: float = 0.0) -> float:
    """Return the seconds until the next attempt after so many failures in a row, the first one included.

    `asked_for`: what the server asked for, which is not gone below, a day at most.
    """
    longest = add_jitter(min(_FIRST_PAUSE * 2.0 ** (min(attempts, 30) - 1), _LONGEST_PAUSE))
    asked_for = min(asked_for, _LONGEST_ASKED_FOR)
    return max(longest, asked_for * random.uniform(1.0, 1.1))  # noqa: S311 - no secret
