"""Scripts that put no space between words (Chinese, Japanese): there a word may begin and end at each letter."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_UNSPACED: Final = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff"
# Patterns of one letter of this script, and of any other.
UNSPACED_LETTER: Final = re.compile(f"[{_UNSPACED}]")
SPACED_LETTER: Final = rf"[^\W\d_{_UNSPACED}]"
# Where a name may begin and end in a text with letters of unspaced scripts.
# These letters have no case: a pattern that ignores case would look for it in each of 20,000 when it is compiled.
_NAME_EDGES: Final = (rf"(?-i:(?<![^\W{_UNSPACED}]))", rf"(?-i:(?![^\W{_UNSPACED}]))")
_SPACED_EDGES: Final = (r"(?<!\w)", r"(?!\w)")


def word_start(words: str) -> str:
    """Return the pattern of the place before a word, for words of this script: any place in an unspaced one."""
    return "" if UNSPACED_LETTER.search(words) else r"(?<!\w)"


def word_end(words: str) -> str:
    """Return the pattern of the place behind a word, for words of this script."""
    return "" if UNSPACED_LETTER.search(words) else r"(?!\w)"


def name_edges(*, unspaced: bool) -> tuple[str, str]:
    """Return the patterns of where a name begins and ends in a text; `unspaced`: whether the text `has_unspaced`.

    Those for unspaced scripts fit any text, and take longer.
    """
    return _NAME_EDGES if unspaced else _SPACED_EDGES


# A mail's few texts are looked through for each name that may be the employer's.
@lru_cache(maxsize=32)
def has_unspaced(text: str) -> bool:
    """Tell whether a text holds letters of a script that puts no space between words."""
    return not text.isascii() and UNSPACED_LETTER.search(text) is not None
