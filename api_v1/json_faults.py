"""What a 400 says of a body that is not JSON: our words, of which frozen answers are made, and the place of the fault.

The parser's own words may change with its version. A fault that is not in the table is described by its place alone.
"""

from typing import Final

import orjson

# The parser's words -> ours.
_WORDS: Final = {
    words: words
    for words in (
        "UTF-8 byte order mark (BOM) is not supported",
        "depth limit exceeded",
        "input data is empty",
        "invalid escaped sequence in string",
        "invalid high surrogate in string",
        "invalid literal, expected 'false'",
        "invalid literal, expected 'null'",
        "invalid literal, expected 'true'",
        "invalid low surrogate in string",
        "no digit after decimal point",
        "no digit after exponent sign",
        "no digit after sign",
        "no low surrogate in string",
        "number is infinity when parsed as double",
        "number with leading zero is not allowed",
        "str is not valid UTF-8: surrogates not allowed",
        "trailing comma is not allowed",
        "unexpected character, expected ',' or ']'",
        "unexpected character, expected ',' or '}'",
        "unexpected character, expected ':' after key",
        "unexpected character, expected a JSON value",
        "unexpected character, expected a string key",
        "unexpected content after document",
        "unexpected control character in string",
        "unexpected end of data",
    )
}
_OTHER: Final = "unexpected content"


def describe_json_fault(error: orjson.JSONDecodeError) -> str:
    """Return `unexpected end of data: line 1 column 2 (char 1)`."""
    words = _WORDS.get(error.msg, _OTHER)
    return f"{words}: line {error.lineno} column {error.colno} (char {error.pos})"
