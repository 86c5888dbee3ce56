"""Uploading attachments, and deleting the files that interrupted uploads and forgotten ones leave behind.

Happo: "Uploading Attachment". The file is written first, its row second: every attachment that a client sees has its
bytes. A crash between the two leaves a file without a row; `remove_orphans` deletes it later.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from django.core.files import File
from django.db import InterfaceError, OperationalError, connection, transaction

from core.accounts.values import Caller
from core.audit import record
from core.errors import Invalid, ProviderDown, TooLarge
from core.ids import new_uuid
from core.quotas.queries import require_room
from core.recruiting.file_names import clean_file_name
from core.recruiting.limits import MAX_ATTACHMENT_BYTES
from core.recruiting.models import Attachment

# No upload takes this long: its request has ended by then, and its row has been inserted.
ORPHAN_AGE: Final = timedelta(hours=1)
# How long an upload may wait for its first parent.
UNLINKED_LIFE: Final = timedelta(hours=24)
SWEPT_AT_ONCE: Final = 1000
UNKNOWN_TYPE: Final = "application/octet-stream"
_CONTENT_TYPE: Final = re.compile(r"[\w.+-]{1,120}/[\w.+-]{1,120}", re.ASCII)
_LOOKED_UP_AT_ONCE: Final = 1000
_DELETE_UNLINKED: Final = """
    DELETE FROM recruiting_attachment WHERE id IN (
        SELECT id FROM recruiting_attachment
         WHERE position_id IS NULL AND candidate_id IS NULL AND unlinked_at IS NULL
           AND created_at < now() - %(life)s::interval
         ORDER BY created_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
    RETURNING id
"""


class FileStore(Protocol):
    """Stores one file for each attachment, under the attachment's id; implemented by `tenants.files.tenant_files`.

    Every method raises `ProviderDown("storage")` when the storage doesn't answer.
    """

    def write(self, id: UUID, content: "File[bytes]") -> None:
        """Store all of `content` durably, or nothing."""

    def delete(self, ids: Iterable[UUID]) -> None:
        """Delete files; files that don't exist are skipped."""

    def ids(self) -> list[UUID]:
        """Return the ids of all stored files."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a client sent it. Neither its name nor its content type is to be trusted."""

    file_name: str
    content_type: str
    content: "File[bytes]"
    size: int


def upload_attachment(caller: Caller, upload: Upload, *, files: FileStore) -> Attachment:
    """Store a file that has no parent yet, completely or not at all.

    Raises `TooLarge` above `MAX_ATTACHMENT_BYTES`, `Invalid` for an empty file, `QuotaExceeded`, `ProviderDown` if the
    storage doesn't answer.
    """
    if upload.size > MAX_ATTACHMENT_BYTES:
        raise TooLarge(MAX_ATTACHMENT_BYTES, subject="file")
    if upload.size == 0:
        raise Invalid.one("attachment", "empty_file")
    attachment = Attachment(
        id=new_uuid(),
        file_name=clean_file_name(upload.file_name),
        content_type=_clean_content_type(upload.content_type),
        size=upload.size,
        created_by_id=caller.user_uuid,
    )
    require_room("storage", wanted=upload.size)
    files.write(attachment.id, upload.content)
    _insert(attachment, files)
    return attachment


def _insert(attachment: Attachment, files: FileStore) -> None:
    try:
        with transaction.atomic():
            attachment.save(force_insert=True)
            record("attachment.upload", attachment.id, bytes=attachment.size)
    except (OperationalError, InterfaceError):
        # The row may have been inserted, so the file has to stay; if it was not, the file is an orphan.
        raise
    except BaseException:
        with suppress(ProviderDown):
            files.delete([attachment.id])
        raise


def remove_unlinked(files: FileStore) -> int:
    """Delete uploads that never had a parent within `UNLINKED_LIFE`, with their files; return how many.

    What a position or a candidate has had stays: its uploader may always view it, until its candidate is erased. At
    most `SWEPT_AT_ONCE`, in one transaction; the next run deletes the rest. An upload that a request is linking at
    this moment stays.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        facts: dict[str, Any] = {"life": UNLINKED_LIFE, "most": SWEPT_AT_ONCE}  # Any: of the driver
        cursor.execute(_DELETE_UNLINKED, facts)
        ids = [id for (id,) in cursor.fetchall()]
    # After the rows: what the storage doesn't delete now are orphans, which `remove_orphans` deletes later.
    if ids:
        files.delete(ids)
    return len(ids)


def remove_orphans(files: FileStore) -> int:
    """Delete the files that have no row, and return how many; safe during uploads."""
    # The files first: an upload that begins from here on isn't considered.
    candidates = [id for id in files.ids() if _is_old(id)]
    orphans: list[UUID] = []
    for start in range(0, len(candidates), _LOOKED_UP_AT_ONCE):
        some = candidates[start : start + _LOOKED_UP_AT_ONCE]
        known = set(Attachment.objects.filter(id__in=some).values_list("id", flat=True))
        orphans += [id for id in some if id not in known]
    files.delete(orphans)
    return len(orphans)


def _is_old(id: UUID) -> bool:
    # RFC 9562, 5.7: a UUID of version 7 begins with the milliseconds at which it was made, when the upload began.
    return (
        id.version == 7
        and datetime.fromtimestamp((id.int >> 80) / 1000, UTC) < datetime.now(UTC) - ORPHAN_AGE
    )


def _clean_content_type(sent: str) -> str:
    kind = sent.partition(";")[0].strip().lower()
    return kind if _CONTENT_TYPE.fullmatch(kind) else UNKNOWN_TYPE
