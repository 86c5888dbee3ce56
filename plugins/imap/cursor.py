"""How far each folder was read: the cursor of a mailbox."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, ValidationError

from providers.contracts import CursorExpired


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderStatus:
    """What a server says of a folder without opening it (RFC 3501, section 6.3.10)."""

    uid_validity: int
    uid_next: int
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderProgress:
    """Up to which UID a folder was read. `seen_as`: its status then; None while it is being read.

    `again`: the UIDs of mails that the server failed to send, and in how many fetches; they are asked for again.

    A server that says a wrong UIDNEXT loses nothing: that number only tells whether something changed.
    """

    uid_validity: int
    last_uid: int
    seen_as: FolderStatus | None = None
    again: Mapping[int, int] = field(default_factory=dict)


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    validity: int
    last: int
    status: tuple[int, int] | None = None
    again: tuple[tuple[int, int], ...] = ()


class _Cursor(BaseModel):
    model_config = ConfigDict(extra="forbid")
    folders: dict[str, _Row]


def key_of(folder: str) -> str:
    """Return a short key for a folder's name: the cursor has a limited length."""
    return hashlib.sha256(folder.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def write_cursor(progress: Mapping[str, FolderProgress]) -> str:
    """Return the cursor for what was read of the folders, by their keys."""
    rows = {
        key: _Row(
            validity=one.uid_validity,
            last=one.last_uid,
            status=(one.seen_as.uid_next, one.seen_as.messages) if one.seen_as else None,
            again=tuple(one.again.items()),
        )
        for key, one in progress.items()
    }
    return _Cursor(folders=rows).model_dump_json(exclude_defaults=True)


def read_cursor(cursor: str | None, *, provider: str) -> dict[str, FolderProgress]:
    """Return what was read of the folders, by their keys. Raises `CursorExpired` for an unknown format."""
    if cursor is None:
        return {}
    try:
        rows = _Cursor.model_validate_json(cursor).folders
    except ValidationError:
        raise CursorExpired(provider) from None
    return {key: _progress_of(row) for key, row in rows.items()}


def _progress_of(row: _Row) -> FolderProgress:
    status = row.status and FolderStatus(
        uid_validity=row.validity, uid_next=row.status[0], messages=row.status[1]
    )
    return FolderProgress(
        uid_validity=row.validity,
        last_uid=row.last,
        seen_as=status or None,
        again=dict(row.again),
    )
