"""Checks names that are displayed to people: one line of text."""

from core.errors import Invalid


def one_line(text: str, *, field: str, limit: int) -> str:
    """Return `text` without surrounding whitespace; it may be empty.

    Raises `Invalid` of `field` where it has more than `limit` characters, or characters that can't be printed.
    """
    line = text.strip()
    if len(line) > limit:
        raise Invalid.one(field, "too_long", limit=limit)
    if not line.isprintable():
        raise Invalid.one(field, "control_characters")
    return line
