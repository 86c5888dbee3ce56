"""Names are one line of text."""

import sys
import unicodedata
from collections.abc import Callable

import pytest

from core.errors import Invalid
from core.one_line import clean_label, clean_line, to_one_line


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


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("  Northern Lights ", "Northern Lights"),
        ("\u200d \u200c", ""),
        ("\u682a\u5f0f\u4f1a\u793e\u3000\u5317\u6975", "\u682a\u5f0f\u4f1a\u793e \u5317\u6975"),
        ("\u0646\u06cc\u200c\u062e\u0648", "\u0646\u06cc\u200c\u062e\u0648"),
        ("\U0001f469\u200d\U0001f4bb \u2764\ufe0f", "\U0001f469\u200d\U0001f4bb \u2764\ufe0f"),
        (
            "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
            "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        ),
    ],
    ids=[
        "blanks around it",
        "joiners alone",
        "wide blank",
        "joiner of a word",
        "joiner of an emoji",
        "flag",
    ],
)
def test_a_label_has_what_names_of_all_scripts_have(text: str, label: str) -> None:
    assert clean_label(text, field="name", limit=20) == label


@pytest.mark.parametrize("clean", [clean_label, clean_line], ids=["label", "line"])
@pytest.mark.parametrize(
    "text",
    ["Bell\a", "two\nlines", "a\ttab", "a\u2028b", "\u202egpj.exe", "a\u2066b", "x" * 21],
    ids=["bell", "line break", "tab", "line separator", "override", "isolate", "too long"],
)
def test_neither_has_line_breaks_or_characters_that_control_output(
    clean: Callable[..., str], text: str
) -> None:
    with pytest.raises(Invalid):
        clean(text, field="name", limit=20)


def test_no_two_names_that_log_in_differ_in_a_joiner_alone() -> None:
    with pytest.raises(Invalid):
        clean_line("an\u200dna", field="username", limit=20)
