"""The names that files have for people. They are shown and never lead to a path."""

import re
import unicodedata
from typing import Final

MAX_FILE_NAME: Final = 255
# An ending longer than this is no ending, and gives way when a name is shortened.
_MAX_ENDING: Final = 32
NAMELESS: Final = "attachment"


def shown_file_name(sent: str) -> str:
    """Return a client's file name fit to be shown and sent in a header: 1 to 255 characters, no folders.

    Control and format characters are gone (among them those that turn the direction of writing, which would let
    `exe.fdp` look like `pdf.exe`), blanks are single ones, and what is too long loses its middle, not its ending.
    """
    last = re.split(r"[/\\]", sent)[-1]
    visible = "".join(_visible(character) for character in last)
    name = " ".join(visible.split())
    if not name.strip("."):
        return NAMELESS
    return _shortened(name)


def _visible(character: str) -> str:
    # C: control, format, lone surrogates, not assigned. Zl, Zp, Zs: line ends and blanks of any kind.
    category = unicodedata.category(character)
    if category.startswith("Z") or character in "\t\r\n\v\f":
        return " "
    return "" if category.startswith("C") else character


def _shortened(name: str) -> str:
    if len(name) <= MAX_FILE_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > _MAX_ENDING:
        return name[:MAX_FILE_NAME].rstrip()
    return stem[: MAX_FILE_NAME - len(ending) - 1].rstrip() + dot + ending
