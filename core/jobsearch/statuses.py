"""The statuses that every tenant starts with, by the ids that existing clients rely on.

A migration creates them; operators may add more.
"""

from typing import Final

APPLIED: Final = 1
TO_APPLY: Final = 2
PHONE_SCREEN: Final = 3
ONSITE_INTERVIEW: Final = 4
OFFER: Final = 5
