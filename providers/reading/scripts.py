"""Scripts that put no space between words (Chinese, Japanese): there a word may begin and end at each letter."""

from __future__ import annotations

import re
from typing import Final

_UNSPACED: Final = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff"
# Patterns of one letter of this script, and of any other.
UNSPACED_LETTER: Final = re.compile(f"[{_UNSPACED}]")
SPACED_LETTER: Final = rf"[^\W\d_{_UNSPACED}]"
# Where a name of any script may begin and end in a text of any script.
NAME_START: Final = rf"(?<![^\W{_UNSPACED}])"
NAME_END: Final = rf"(?![^\W{_UNSPACED}])"


def word_start(words: str) -> str:
    """Return the pattern of the place before a word, for words of this script: any place in an unspaced one."""
    return "" if UNSPACED_LETTER.search(words) else r"(?<!\w)"


def word_end(words: str) -> str:
    """Return the pattern of the place behind a word, for words of this script."""
    return "" if UNSPACED_LETTER.search(words) else r"(?!\w)"
