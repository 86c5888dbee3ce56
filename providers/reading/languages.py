"""Which of the known languages a mail may be in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from providers.reading.phrases import LANGUAGES, Language, load_language
from providers.reading.scripts import UNSPACED_LETTER

# A letter has told its language by then.
_MAX_CHARACTERS = 4_000
_WORD = re.compile(r"\w+")


def languages_of(text: str) -> Iterator[Language]:
    """Yield the languages that the text (in lower case) may be in."""
    for code in LANGUAGES:
        language = load_language(code)
        if any(mark in text for mark in language.marks):
            yield language


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
