"""Which of the known languages a mail may be in."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from providers.reading.phrases import LANGUAGES, Language, load_language
from providers.reading.scripts import UNSPACED_LETTER

# A letter has told its language by then.
_MAX_CHARACTERS = 4_000
_WORD = re.compile(r"\w+")


# A mail is decided, named and decided again with its names hidden.
@lru_cache(maxsize=4)
def languages_of(text: str) -> tuple[Language, ...]:
    """Return the languages that the text (in lower case) may be in."""
    # Each word once: a long text has few words that are new.
    words = "\n".join(set(text.split()))
    return tuple(one for one in map(load_language, LANGUAGES) if _shows_mark(text, words, one))


def _shows_mark(text: str, words: str, language: Language) -> bool:
    """Tell whether the text has one of the marks; `words`: the words of the text, in any order."""
    for mark in language.marks:  # a generator costs twice as much
        if mark in words:
            return True
    for first, mark in language.long_marks:  # noqa: SIM110, as above
        if first in words and mark in text:
            return True
    return False


def rank_languages(text: str) -> list[str]:
    """Return the codes of the languages that the text (in lower case) may be in, the likeliest first.

    Small words tell: a letter in Portuguese holds words of Spanish offers, and of English titles, but no articles.
    """
    beginning = text[:_MAX_CHARACTERS]
    counts = Counter(_WORD.findall(beginning))
    if not beginning.isascii():
        counts.update(UNSPACED_LETTER.findall(beginning))

    def likeness(language: Language) -> int:
        return sum(counts[word] for word in language.words)

    return [one.code for one in sorted(languages_of(text), key=likeness, reverse=True)]
