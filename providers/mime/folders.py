"""Which folder a mail was in: by Gmail's labels (Takeout writes them in the user's language) or a folder's name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from unicodedata import normalize

from providers.messages import MailFolder
from providers.mime.fields import Fields

_NAMES: Final[dict[MailFolder, list[str]]] = json.loads(
    Path(__file__).with_name("folders.json").read_text(encoding="utf-8")
)
_FOLDERS: Final[dict[str, MailFolder]] = {
    name.casefold(): folder for folder, names in _NAMES.items() for name in names
}
# A label with a comma in it is quoted.
_LABEL: Final = re.compile(r'\s*"(?:[^"\\]|\\.)*"|[^,]+')
# A mail has several labels: what the user wrote, or Gmail threw out, is that wherever else it shows.
_ORDER: Final[tuple[MailFolder, ...]] = ("spam", "trash", "sent", "inbox")


def folder_named(name: str) -> MailFolder | None:
    """Return which folder a name stands for, None where it is a name of the user's own."""
    return _FOLDERS.get(normalize("NFC", name).strip().strip('"').casefold())


def folder_of_labels(labels: str) -> MailFolder:
    """Return the folder of a mail with these labels (`X-Gmail-Labels`, decoded, separated by commas)."""
    named = (folder_named(label) for label in _LABEL.findall(labels))
    return _strongest(named) or "other"


def folder_in_file(fields: Fields, *, place: MailFolder | None) -> MailFolder:
    """Return the folder of a mail of a file: by its labels, else `place`, which the file's name says; else inbox.

    Takeout writes labels above all other fields. Below a receiver's `Received` the sender may have written them: they
    don't bring a mail out of the folder that it lies in.
    """
    labels = fields.decoded("x-gmail-labels")
    if not labels:
        return place or "inbox"
    folder = folder_of_labels(labels)
    if place is None or _has_labels_first(fields):
        return folder
    return _strongest((folder, place)) or "other"


def _has_labels_first(fields: Fields) -> bool:
    for name, _ in fields.pairs:
        if name.lower() in ("received", "x-gmail-labels"):
            return name.lower() == "x-gmail-labels"
    return False


def folder_of_path(path: Path) -> MailFolder | None:
    """Return the folder that a file's place names (`Sent.mbox`, `Spam/1.eml`), None where it names none."""
    names = [path.name, path.stem, *(parent.name for parent in list(path.parents)[:3])]
    return _strongest(folder_named(name.removeprefix(".")) for name in names)


def _strongest(found: Iterable[MailFolder | None]) -> MailFolder | None:
    folders = set(found)
    return next((folder for folder in _ORDER if folder in folders), None)
