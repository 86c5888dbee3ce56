"""Names that people are shown: one line of text."""

from core.errors import Invalid


def one_line(text: str, *, field: str, limit: int) -> str:
    """Return `text` without blanks round it, which may leave nothing.

    Raises `Invalid` for `field` where it has more than `limit` characters, or some that can't be printed.
    """
    line = text.strip()
    if len(line) > limit:
        raise Invalid.one(field, "too_long", limit=limit)
    if not line.isprintable():
        raise Invalid.one(field, "control_characters")
    return line
