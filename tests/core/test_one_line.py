"""Names are one line of text."""

import sys
import unicodedata

import pytest

from core.one_line import to_one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Anna Smith", "Anna Smith"),
        ("Anna\nhttps://evil.test", "Anna https://evil.test"),
        ("Anna \r\n\r\n\tSmith", "Anna Smith"),
        ("Anna\u2028Smith\u2029Jones\x85Brown", "Anna Smith Jones Brown"),
        ("Anna\x00\x07Sm\x1bith\x9f", "AnnaSmith"),
        ("\u202egpj.exe\u202c", "gpj.exe"),
        ("a\u2066b\u2069c\u200ed\u200fe\u061cf", "abcdef"),
        ("\nCook\r\n", "Cook"),
        # A blank at the end, as in JobHax's samples, and joiners, which words and emoji need.
        ("Amazon ", "Amazon "),
        (
            "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
        ("", ""),
    ],
)
def test_a_text_becomes_one_line(text: str, line: str) -> None:
    assert to_one_line(text) == line


def test_no_control_character_and_no_line_break_of_unicode_is_left() -> None:
    everything = "x".join(map(chr, range(sys.maxunicode + 1)))
    line = to_one_line(everything)
    left = {
        character for character in line if unicodedata.category(character) in ("Cc", "Zl", "Zp")
    }
    assert left == set()
    assert line.splitlines() == [line]
    assert to_one_line(line) == line
    directions = {unicodedata.bidirectional(character) for character in line}
    assert directions & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"} == set()
