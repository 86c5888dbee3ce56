"""SQL that compares text as people read it: however its letters are composed, and in any case."""

from functools import reduce
from typing import Final

# What folding the case makes of letters that have no small or capital letter of one character: `ß` is `ss`.
_FOLDED: Final = {letter: letter.casefold() for letter in "ßŉǰΐΰևﬀﬁﬂﬃﬄﬅﬆ"}


def fold_text(value: str) -> str:
    """Return SQL for the text of `value`, an SQL expression, in NFC and case-folded."""
    # Letters such as both forms of the Greek sigma share their capital letter.
    small = f"lower(upper(lower(normalize({value}))))"
    folded = reduce(
        lambda sql, letter: f"replace({sql}, '{letter}', '{_FOLDED[letter]}')", _FOLDED, small
    )
    return _lower_ascii(value, otherwise=folded)


def lower_text(value: str) -> str:
    """Return SQL for the text of `value`, an SQL expression, in NFC and lower case."""
    return _lower_ascii(value, otherwise=f"lower(normalize({value}))")


def _lower_ascii(value: str, *, otherwise: str) -> str:
    # Most text is ASCII, for which the rest would take ten times as long.
    is_ascii = f"octet_length({value}) = length({value})"
    return f"CASE WHEN {is_ascii} THEN lower({value}) ELSE {otherwise} END"
