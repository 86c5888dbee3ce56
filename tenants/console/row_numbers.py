"""Numbers of rows, as forms and addresses hold them."""

from typing import Final

_LARGEST: Final = 2**63 - 1
# Longer text is none, and Python refuses to read thousands of digits.
_MOST_DIGITS: Final = 19


def read_row_number(text: str) -> int | None:
    """Return the number, from 0 to the largest that a table has; None for text that is none."""
    if not (len(text) <= _MOST_DIGITS and text.isascii() and text.isdigit()):
        return None
    number = int(text)
    return number if number <= _LARGEST else None
