"""The names of attachments. They are only displayed, and never part of a path."""

import re
import unicodedata
from typing import Final

MAX_FILE_NAME: Final = 255
# A longer extension is not kept when a name is shortened.
_MAX_EXTENSION: Final = 32
NAMELESS: Final = "attachment"


def clean_file_name(sent: str) -> str:
    """Return a client's file name as it can be displayed and sent in a header: 1 to 255 characters, no folders.

    Control and format characters are removed, among them those that change the direction of writing, which would let
    `exe.fdp` look like `pdf.exe`. Blanks become single spaces. A name that is too long keeps its extension.
    """
    last = re.split(r"[/\\]", sent)[-1]
    visible = "".join(_replace_invisible(character) for character in last)
    name = " ".join(visible.split())
    if not name.strip("."):
        return NAMELESS
    return _shorten(name)


def _replace_invisible(character: str) -> str:
    # C: control, format, lone surrogates, not assigned. Zl, Zp, Zs: line ends and blanks of any kind.
    category = unicodedata.category(character)
    if category.startswith("Z") or character in "\t\r\n\v\f":
        return " "
    return "" if category.startswith("C") else character


def _shorten(name: str) -> str:
    if len(name) <= MAX_FILE_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > _MAX_EXTENSION:
        return name[:MAX_FILE_NAME].rstrip()
    return stem[: MAX_FILE_NAME - len(extension) - 1].rstrip() + dot + extension
