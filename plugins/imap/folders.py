"""Which folders are read, in which order, and what each is for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from providers.messages import MailFolder
from providers.mime.folders import folder_named

# The cursor has room for these.
MAX_FOLDERS: Final = 100
_ROLES: Final[dict[bytes, MailFolder]] = {
    b"\\sent": "sent",
    # A draft is as little received as a sent mail.
    b"\\drafts": "sent",
    b"\\junk": "spam",
    b"\\trash": "trash",
}
_ALL_MAIL: Final = b"\\all"
_NOT_SELECTABLE: Final = frozenset({b"\\noselect", b"\\nonexistent"})
# A copy of a mail counts where it comes first.
_ORDER: Final[tuple[MailFolder, ...]] = ("inbox", "other", "sent", "trash", "spam")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the server, under the name that its owner sees. `has_all`: it shows the mails of all others."""

    name: str
    role: MailFolder
    has_all: bool = False


def read_listing(
    listed: Iterable[tuple[Sequence[bytes], bytes | None, str]], *, foreign: Sequence[str] = ()
) -> tuple[Folder, ...]:
    """Return the folders of a LIST that can be opened. `foreign`: what names of other people's folders begin with."""
    found: list[Folder] = []
    for flags, delimiter, name in listed:
        lowered = {flag.lower() for flag in flags}
        if lowered & _NOT_SELECTABLE or name.startswith(tuple(foreign)):
            continue
        role = _find_role(lowered, name, delimiter)
        found.append(Folder(name, role, has_all=_ALL_MAIL in lowered))
    return tuple(found)


def choose_folders(folders: Sequence[Folder], wanted: Sequence[str]) -> tuple[Folder, ...]:
    """Return the folders to read, `MAX_FOLDERS` at most: those that the owner wants, as far as they exist.

    Without a wish: the one with all mail, else all but those that hold no application (sent, drafts, spam, trash).
    """
    if wanted:
        chosen = [folder for folder in folders if any(_is_named(folder, one) for one in wanted)]
    else:
        chosen = [folder for folder in folders if folder.has_all] or [
            folder for folder in folders if folder.role in ("inbox", "other")
        ]
    chosen.sort(key=lambda folder: (_ORDER.index(folder.role), folder.name))
    return tuple(chosen[:MAX_FOLDERS])


def list_missing(folders: Sequence[Folder], wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the names that stand for no folder."""
    return tuple(one for one in wanted if not any(_is_named(folder, one) for folder in folders))


def _find_role(flags: set[bytes], name: str, delimiter: bytes | None) -> MailFolder:
    for flag, role in _ROLES.items():
        if flag in flags:
            return role
    if name.upper() == "INBOX":
        return "inbox"
    # For servers that don't say it: by the names that such folders have.
    last = name.rpartition(delimiter.decode("ascii", "replace"))[2] if delimiter else name
    role_by_name = folder_named(last)
    return role_by_name if role_by_name in ("sent", "spam", "trash") else "other"


def _is_named(folder: Folder, name: str) -> bool:
    if folder.name.upper() == "INBOX":
        return name.upper() == "INBOX"
    return folder.name == name
